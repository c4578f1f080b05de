"""Alignment of texts whose paragraphs or sentences do not match one to one: segments in, beads out. Pure."""
