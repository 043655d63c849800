"""The measures over the whole world at once: frames of all actors and years in, frames out, nothing read or written.

Each module does for every dyad, triangle or state what its namesake in :mod:`khasan.measures` does for one, by the same
definition, and returns rows instead of findings.
"""
