"""Measures: pure functions of a snapshot that return findings."""
