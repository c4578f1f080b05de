"""Alignment of texts whose paragraphs or sentences do not match one to one: texts in, beads out. Pure."""
