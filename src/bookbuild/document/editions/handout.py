"""The handout: all languages side by side, for print."""

from __future__ import annotations

from bookbuild.document.editions import Edition

EDITION = Edition(
    name="handout",
    format="pdf",
    template="handout.html",
    description="all languages side by side, to print for class",
    default=True,
    style="handout.css",
)
