"""The tables of book.toml on e-books: [ebook], [ebooks.NAME] and [cover]. Pure."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from bookbuild.book.config.fields import Line, LocalText, Table, Tag


class EbookTable(Table):
    """Options of e-books."""

    languages: tuple[Tag, ...] = Field(
        default=(),
        strict=False,
        description="Languages in the order shown; without it those of the book, in its order.",
    )
    granularity: Literal["paragraph", "sentence"] = Field(
        default="paragraph", description="What stands together and is linked: paragraph or sentence."
    )
    side_by_side: Literal["wide", "never"] = Field(
        default="wide", description="Languages beside each other where the screen is wide: wide or never."
    )
    translation: Literal["quiet", "equal"] = Field(
        default="quiet", description="How translations look beside the original: quiet (a little smaller) or equal."
    )
    fonts: Literal["ttf", "woff2", "none"] = Field(
        default="ttf", description="Typefaces in the file: ttf, woff2 (smaller, not for old readers) or none."
    )
    pages: Line = Field(
        default="handout", description="The printed edition whose page numbers the e-book has, or none."
    )
    numbers: bool = Field(default=True, description="Unit numbers before the paragraphs.")
    colophon: bool = Field(default=True, description="The closing page with rights, identifier and typefaces.")
    identifier: Line | None = Field(default=None, description="ISBN, DOI or URN of the e-book, if it has one.")
    certified_by: Line | None = Field(
        default=None, description="Who has checked that the e-book conforms to EPUB Accessibility 1.1, WCAG 2.2 AA."
    )


class CoverTable(Table):
    """The cover of the e-book."""

    image: Line | None = Field(
        default=None, description="A picture in the book's folder; without it cover.jpg or cover.png, if there is one."
    )
    style: Literal["band", "letter", "frame"] = Field(
        default="band",
        description="A drawn cover: band (dark ground under the translation), letter (the title's first), or frame.",
    )
    alt: LocalText | None = Field(default=None, description="What the picture shows, for those who do not see it.")
