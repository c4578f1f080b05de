"""The reader as an e-book: one language alone; one edition a language."""

from __future__ import annotations

from functools import partial

from bookbuild.document.editions import Arrangement, Edition, select_languages, show_everything


def make_reader(tag: str) -> Edition:
    """Make the e-book of one language."""
    return Edition(
        name=f"reader-{tag}",
        format="epub",
        template="chapter.xhtml",
        description=f"{tag} alone, for e-readers",
        prepare=partial(select_languages, tags=(tag,)),
        arrangement=Arrangement.STACKED,
        language=tag,
    )


EDITION = Edition(
    name="reader",
    format="epub",
    template="chapter.xhtml",
    description="one language alone, for e-readers: reader-ar, reader-id …",
    prepare=show_everything,
    each=make_reader,
)
