"""Fragments of chapters, joined into one file."""
