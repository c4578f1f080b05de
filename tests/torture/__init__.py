"""A standing campaign: random books, broken files and signals, judged by readers that had no part in the build."""
