"""Kashida."""

INSERTED = "\u0640\u200d"
