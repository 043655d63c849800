"""Answers become a document: page, PDF, JSON and evidence."""
