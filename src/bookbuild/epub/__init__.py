"""A Document in, an EPUB out."""
