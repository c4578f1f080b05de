"""A Book and an edition in, a Document out."""
