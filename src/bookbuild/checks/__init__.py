"""Judges of outputs: what an output shows in, findings and the coverage ledger out."""
