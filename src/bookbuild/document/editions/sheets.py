"""Sheets: several pages of another edition on one side, to save paper."""

from __future__ import annotations

from bookbuild.document.editions import Arrangement, Edition

EDITION = Edition(
    name="sheets",
    format="pdf",
    template="",
    description="several pages of the edition that [sheets] names on one side of a sheet",
    arrangement=Arrangement.TILED,
)
