"""Coalitions of senders: what each of them costs the target, what each member is worth, and what would undo it."""
