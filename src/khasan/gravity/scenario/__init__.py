"""Scenarios: who restricts what on whom and who supports whom, from a file to a solved world."""
