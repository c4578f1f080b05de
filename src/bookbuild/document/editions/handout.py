"""The handout: all languages side by side, for print."""

from __future__ import annotations

from bookbuild.document.editions import Edition, show_everything

EDITION = Edition(
    name="handout",
    format="pdf",
    template="handout.html",
    description="all languages side by side, to print for class",
    prepare=show_everything,
    default=True,
    style="handout.css",
)
