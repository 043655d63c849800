"""How far results move with what is not known: ranges, sampling laws, and the share of each in the spread."""
