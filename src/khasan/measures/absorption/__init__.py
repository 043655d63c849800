"""Absorption: who caught a client's trade when others restricted it, and how sure one can be.

``khasan.measures.absorption.result.absorption`` is the one call; the other modules hold its parts.
"""
