"""The tables of book.toml on printed editions: [print], [editions.NAME], [booklet] and [sheets]. Pure."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from bookbuild.book.config.fields import Line, Table

Paper = Literal["A4", "F4", "Folio", "Letter", "Legal", "A5", "B5"]


Millimetres = Annotated[float, Field(ge=5, le=60, strict=False)]
OwnMargins = Annotated[tuple[Millimetres, Millimetres, Millimetres, Millimetres], Field(strict=False)]
NameFields = Annotated[tuple[Line, ...], Field(strict=False, min_length=1, max_length=4)]
Shares = Annotated[tuple[Annotated[int, Field(ge=1, le=20)], ...], Field(strict=False)]


class PrintTable(Table):
    """Options of printed editions."""

    paper: Paper = Field(default="A4", description="The sheet: A4, F4, Folio, Letter, Legal, A5 or B5.")
    orientation: Literal["auto", "portrait", "landscape"] = Field(
        default="auto", description="How the sheet lies; auto: landscape for three languages side by side."
    )
    binding: Literal["none", "staple", "holes", "spine"] = Field(
        default="none", description="How pages are held together, which decides the inner margin."
    )
    margins: Literal["narrow", "normal", "wide"] | OwnMargins = Field(
        default="normal",
        description="White around the text: narrow, normal, wide, or millimetres: [top, bottom, inner, outer].",
    )
    text_size: Annotated[int, Field(ge=70, le=200)] = Field(
        default=100, description="The size of all type, in per cent of the edition's own, 70 to 200."
    )
    leading: Annotated[int, Field(ge=90, le=200)] = Field(
        default=100, description="The distance between lines, in per cent of the edition's own, 90 to 200."
    )
    duplex: bool = Field(default=False, description="Both sides of a leaf are printed: margins are mirrored.")
    fit: Literal["sheet", "none"] = Field(
        default="sheet",
        description="Handouts of up to eight pages: sheet (a little tighter where that saves a page), or none.",
    )
    divide: bool = Field(
        default=True, description="Whether paragraphs may be divided over two pages; longer ones are in any case."
    )
    granularity: Literal["paragraph", "sentence"] = Field(
        default="paragraph", description="What stands beside each other and bears a number: paragraph or sentence."
    )
    columns: Literal["equal", "measured"] | Shares = Field(
        default="equal",
        description="Shares of the columns: equal, measured (from the texts' lengths), or one per language: [3, 2].",
    )
    align: Literal["start", "justify", "kashida"] = Field(
        default="start", description="Line ends: start (ragged), justify, or kashida (Arabic script stretched)."
    )
    notes: Literal["unit", "page", "chapter"] = Field(
        default="unit",
        description="Where notes stand: under their paragraph, at the foot of the page, or at the end of the chapter.",
    )
    contents: Literal["auto"] | bool = Field(
        default="auto", description="A table of contents; auto: where there are six headings or more."
    )
    contents_depth: Annotated[int, Field(ge=1, le=5)] = Field(
        default=2, description="Levels of headings in the table of contents, 1 to 5."
    )
    page_numbers: Literal["auto", "full", "plain", "none"] = Field(
        default="auto",
        description="Page numbers: full (Page 2 of 6), plain (2), none; auto: full side by side, else plain.",
    )
    chapters: Literal["auto", "page", "run-on"] = Field(
        default="auto",
        description="Where chapters begin: page (a new one), run-on, or auto: run-on for short ones side by side.",
    )
    colour: bool = Field(default=False, description="Numbers and headings in colours that stay apart in grey.")
    bleed: Annotated[float, Field(ge=0, le=10)] = Field(
        default=0.0, description="Millimetres around the page that are cut off after printing, 0 to 10."
    )
    crop_marks: bool = Field(default=False, description="Marks that show where to cut.")
    archive: Literal["none", "a-2u", "a-3u", "a-2a", "a-3a"] = Field(
        default="none", description="The level of PDF/A that the file keeps to besides PDF/UA."
    )
    emphasis: Literal["weight", "overline"] = Field(
        default="weight", description="How scripts without a slant show stress: weight or overline."
    )
    list_markers: Literal["numbers", "letters"] = Field(
        default="numbers", description="Markers of numbered lists: numbers, or letters (abjad in Arabic script)."
    )
    line_numbers: Literal["page", "chapter"] = Field(
        default="page", description="Where the study edition's line numbers begin again: page or chapter."
    )
    ruled: Annotated[int, Field(ge=0, le=12)] = Field(
        default=2, description="Ruled lines under each paragraph of the study edition, 0 to 12."
    )
    name_line: bool | NameFields = Field(
        default=True,
        description="A line to fill in under the title: true (name and class), false, or up to four fields: "
        "name, class, date or words of your own.",
    )
    column_heads: bool = Field(default=True, description="The languages' names above the columns, on each page.")
    numbers: bool = Field(default=True, description="Unit numbers beside the paragraphs.")
    number_range: bool = Field(
        default=False, description="The numbers of each page's first and last paragraph, in the middle of its head."
    )
    colophon: bool = Field(default=True, description="The closing note with rights, identifier and typefaces.")


class BookletTable(Table):
    """Pages of an edition, imposed on sheets that are folded."""

    edition: str = Field(default="facing", description="The printed edition that the booklet is made of.")
    sheet: Paper = Field(default="A4", description="The sheet, which is folded once: two pages per side.")
    signature: Annotated[int, Field(ge=0, le=20)] = Field(
        default=0, description="Sheets that are folded into each other, 1 to 20; 0: all of them, for staples."
    )
    thickness: Annotated[float, Field(ge=0, le=0.5)] = Field(
        default=0.1,
        strict=False,
        description="Thickness of the paper in millimetres, 0 to 0.5, from which creep is computed.",
    )


class SheetsTable(Table):
    """Several pages of an edition on one side of a sheet, to save paper."""

    edition: str = Field(default="handout", description="The printed edition whose pages are put together.")
    sheet: Paper = Field(default="A4", description="The sheet.")
    up: Literal[2, 4, 6, 8, 9, 16] = Field(default=2, description="Pages on one side: 2, 4, 6, 8, 9 or 16.")
