"""Tests; the rooms below mirror those of ``src/khasan``."""
