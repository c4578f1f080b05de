"""Checks of texts before layout, and of outputs after it: findings and the coverage ledger out."""
