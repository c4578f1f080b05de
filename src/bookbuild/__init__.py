"""Parallel texts in, a bilingual PDF handout and an EPUB out, with proof that nothing was lost."""

__version__ = "0.2.0"
