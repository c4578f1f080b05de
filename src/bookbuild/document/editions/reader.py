"""The reader: one language alone, as a book of its own; one edition a language."""

from __future__ import annotations

from functools import partial

from bookbuild.document.editions import Arrangement, Edition, select_languages, show_everything
from bookbuild.document.paper import Margins


def make_reader(tag: str) -> Edition:
    """Make the reader of one language."""
    return Edition(
        name=f"reader-{tag}",
        format="pdf",
        template="stacked.html",
        description=f"{tag} alone, with its own direction, binding and digits",
        prepare=partial(select_languages, tags=(tag,)),
        arrangement=Arrangement.STACKED,
        style="reader.css",
        half=True,
        margins=Margins(26, 30, 28, 24),
        language=tag,
    )


EDITION = Edition(
    name="reader",
    format="pdf",
    template="stacked.html",
    description="one language alone, with its own direction, binding and digits: reader-ar, reader-id …",
    prepare=show_everything,
    each=make_reader,
)
