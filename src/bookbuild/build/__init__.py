"""A project in, dist/ out."""
