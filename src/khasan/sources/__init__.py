"""Public data files, one module a source: read, check, and map to rows of the ledger.

Reading happens in :mod:`khasan.sources.files`; everything else is a pure function from frames to frames.
No module names a country: codes of a file become actors through the casebook's own table of actors
(:mod:`khasan.sources.actors`).
"""
