"""Stacked: each paragraph above its translation, for print."""

from __future__ import annotations

from bookbuild.document.editions import Arrangement, Edition
from bookbuild.document.paper import Margins

EDITION = Edition(
    name="stacked",
    format="pdf",
    template="stacked.html",
    description="each paragraph above its translation, one column",
    arrangement=Arrangement.STACKED,
    style="stacked.css",
    margins=Margins(24, 26, 34, 34),
    scale=1.06,
)
