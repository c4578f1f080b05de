"""The reader: one language alone, as a book of its own; one edition a language."""

from __future__ import annotations

from bookbuild.document.editions import Arrangement, Edition
from bookbuild.document.paper import Margins

EDITION = Edition(
    name="reader",
    format="pdf",
    template="stacked.html",
    description="one language alone, with its own direction, binding and digits: reader-ar, reader-id …",
    arrangement=Arrangement.STACKED,
    style="reader.css",
    half=True,
    margins=Margins(26, 30, 28, 24),
    each="{} alone, with its own direction, binding and digits",
)
