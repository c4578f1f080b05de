"""The e-book of the original alone, whose marks open the translations."""

from __future__ import annotations

from bookbuild.document.editions import Arrangement, Edition

EDITION = Edition(
    name="popup",
    format="epub",
    template="popup.xhtml",
    description="the original alone; a mark at each paragraph opens its translation",
    arrangement=Arrangement.NOTES,
)
