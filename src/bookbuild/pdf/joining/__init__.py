"""Fragments of a printed edition, joined into one PDF."""
