"""The tables and keys of book.toml, and the lines on which they stand."""
