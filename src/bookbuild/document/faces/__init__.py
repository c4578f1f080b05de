"""Faces that come with the program: signs that no text face has."""
