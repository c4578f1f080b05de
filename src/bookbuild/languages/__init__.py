"""Languages: scripts, directions, digits, names, words and sentences; text and tags in, facts about them out."""
