"""Khasan: who keeps a sanctioned state afloat, why, and what would make them stop."""

__version__ = "0.1.0"
