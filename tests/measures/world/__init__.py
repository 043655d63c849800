"""Tests of the measures over the whole world."""
