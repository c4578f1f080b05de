"""Pairing: which paragraphs of the languages belong together."""
