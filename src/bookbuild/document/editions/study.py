"""Study: room to write, with numbered lines and ruled space under each paragraph."""

from __future__ import annotations

from bookbuild.document.editions import Arrangement, Edition
from bookbuild.document.paper import Margins

EDITION = Edition(
    name="study",
    format="pdf",
    template="stacked.html",
    description="wide margin, numbered lines, ruled space under each paragraph",
    arrangement=Arrangement.STACKED,
    style="study.css",
    line_numbers=True,
    ruled=True,
    margins=Margins(22, 24, 26, 62),
)
