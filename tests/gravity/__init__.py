"""Tests of the gravity room, and the made-up worlds that they share."""
