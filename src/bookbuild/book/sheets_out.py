"""Rows of texts in, a spreadsheet of Excel out, the same bytes for the same rows. The only place that writes them."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Sequence

from bookbuild.model.book import Language
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place
from bookbuild.work.optional import needed

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that an archive can say."""
_LONGEST = 32_767
_WIDE, _NARROW = 60, 12
"""Columns of texts and of all else, in characters."""


def workbook(
    title: str, header: Sequence[str], rows: Sequence[Sequence[str]], languages: Sequence[Language], path: str
) -> bytes:
    """Write one sheet; columns that are named by a language's tag run in its direction.

    Raises SourceError if the library is not installed.
    """
    if any(len(cell) > _LONGEST for row in rows for cell in row):
        message = f"a text has more than {_LONGEST} characters, which a spreadsheet's cell cannot hold"
        raise SourceError([Finding("T004", Place(path), message, "take CSV, or another format")])
    openpyxl = needed("openpyxl", "import", path)
    styles = needed("openpyxl.styles", "import", path)
    book = openpyxl.Workbook()
    moment = dt.datetime(*_EPOCH)  # noqa: DTZ001 - openpyxl wants times without a zone
    book.properties.created = book.properties.modified = moment
    book.properties.creator = "bookbuild"
    sheet = book.active
    sheet.title = title
    sheet.freeze_panes = "A2"
    directions = {language.tag: language.direction for language in languages}
    sheet.sheet_view.rightToLeft = bool(languages) and languages[0].direction == "rtl"
    for number, name in enumerate(header, 1):
        cell = sheet.cell(1, number, name)
        cell.font = styles.Font(bold=True)
        column = cell.column_letter
        sheet.column_dimensions[column].width = _WIDE if name in directions else _NARROW
        order = {"rtl": 2, "ltr": 1}.get(directions.get(name, ""), 0)
        alignment = styles.Alignment(wrap_text=True, vertical="top", readingOrder=order)
        for at, row in enumerate(rows, 2):
            here = sheet.cell(at, number)
            here.value = row[number - 1] or None
            if row[number - 1]:  # nothing is a formula
                here.data_type, here.quotePrefix = "s", row[number - 1].startswith("=")
            here.alignment = alignment
    out = io.BytesIO()
    book.save(out)
    return _timeless(out.getvalue())


def _timeless(data: bytes) -> bytes:
    """Write an archive anew without the time of day: openpyxl puts it into each entry and into the properties."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            content = old.read(name)
            if name == "docProps/core.xml":
                content = _without_time(content)
            new.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _without_time(properties: bytes) -> bytes:
    return re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>1980-01-01T00:00:00Z", properties)
