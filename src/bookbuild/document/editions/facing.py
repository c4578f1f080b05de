"""Facing pages: the original on one page, its translation on the page opposite."""

from __future__ import annotations

from bookbuild.document.editions import Arrangement, Edition
from bookbuild.document.paper import Margins

EDITION = Edition(
    name="facing",
    format="pdf",
    template="stacked.html",
    description="the original on one page, the translation opposite; a paragraph stands on both",
    arrangement=Arrangement.FACING,
    style="facing.css",
    half=True,
    margins=Margins(26, 30, 28, 24),
)
