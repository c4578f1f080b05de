"""The e-book: each paragraph followed by its translation."""

from __future__ import annotations

from bookbuild.document.editions import Arrangement, Edition

EDITION = Edition(
    name="bilingual",
    format="epub",
    template="chapter.xhtml",
    description="each paragraph followed by its translation, for e-readers",
    default=True,
    arrangement=Arrangement.STACKED,
)
