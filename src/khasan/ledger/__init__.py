"""The ledger: tables, checks, store, snapshots and findings."""
