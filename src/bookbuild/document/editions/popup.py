"""The e-book of the original alone, whose marks open the translations."""

from __future__ import annotations

from bookbuild.document.editions import Arrangement, Edition, show_everything

EDITION = Edition(
    name="popup",
    format="epub",
    template="popup.xhtml",
    description="the original alone; a mark at each paragraph opens its translation",
    prepare=show_everything,
    arrangement=Arrangement.NOTES,
)
