"""A Document in, a PDF out."""
