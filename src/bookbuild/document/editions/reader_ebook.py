"""The reader as an e-book: one language alone; one edition a language."""

from __future__ import annotations

from bookbuild.document.editions import Arrangement, Edition

EDITION = Edition(
    name="reader",
    format="epub",
    template="chapter.xhtml",
    description="one language alone, for e-readers: reader-ar, reader-id …",
    arrangement=Arrangement.STACKED,
    each="{} alone, for e-readers",
)
