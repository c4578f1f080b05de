"""The booklet: pages of another edition on sheets that are folded and stapled."""

from __future__ import annotations

from bookbuild.document.editions import Arrangement, Edition

EDITION = Edition(
    name="booklet",
    format="pdf",
    template="",
    description="pages of the edition that [booklet] names, two a side, in the order for folding",
    arrangement=Arrangement.FOLDED,
)
