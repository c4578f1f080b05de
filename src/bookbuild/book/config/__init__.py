"""What book.toml may say: its tables, and the places of its keys."""
