"""Languages: scripts, directions, digits, names, words and sentences."""
