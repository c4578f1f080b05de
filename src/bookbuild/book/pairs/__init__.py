"""Which paragraphs belong together."""
