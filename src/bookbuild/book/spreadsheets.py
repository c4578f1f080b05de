"""CSV and .xlsx in, rows of texts out, and back; the only place that knows openpyxl."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

from bookbuild.model.book import Language
from bookbuild.model.characters import LARGEST, decode_text
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place
from bookbuild.work.archives import EPOCH, repack
from bookbuild.work.optional import import_optional

_LARGEST = 512 * 1024 * 1024
"""Bytes that a spreadsheet may unpack to."""
_LONGEST = 32_767
"""Characters that a cell can hold."""
_WIDE, _NARROW = 60, 12
"""Widths of the columns of texts, and of all other columns, in characters."""


def read_csv(data: bytes, path: str, code: str, advice: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the line on which each row begins, and its cells; separated by commas, semicolons or tabs, also in UTF-16.

    Raises SourceError with `code` and `advice` where quotation marks do not match, and if it is not text.
    """
    text = data.decode("utf-16", "replace") if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else decode_text(data, path)
    delimiter = max(",;\t", key=text.split("\n", 1)[0].count)
    csv.field_size_limit(LARGEST)
    reader = csv.reader(io.StringIO(text.replace("\r\n", "\n"), newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for row in reader:
            yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        message = f"the table cannot be read ({error})"
        raise SourceError([Finding(code, Place(path, line), message, advice)]) from None


def read_xlsx(data: bytes, path: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of each row of the first visible sheet, from 1, and its cells; formulas as their values.

    Raises SourceError if it is not a spreadsheet, and if openpyxl is not installed.
    """
    openpyxl = import_optional("openpyxl", "import", path)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _LARGEST:
                advice = "split it into several files"
                raise SourceError([Finding("T004", Place(path), "the spreadsheet is too large", advice)])
        with warnings.catch_warnings():  # about styles and the like, which are not read
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            sheet = _first_sheet(book)
            sheet.reset_dimensions()  # some files claim 16,384 columns
            rows = [[_cell_text(value) for value in row] for row in sheet.iter_rows(values_only=True)]
            book.close()
    except SourceError:
        raise
    except Exception as error:  # noqa: BLE001 - openpyxl may raise anything on a damaged file
        advice = "open it in a spreadsheet program and save it again as .xlsx"
        message = f"the spreadsheet cannot be read ({type(error).__name__})"
        raise SourceError([Finding("T009", Place(path), message, advice)]) from None
    yield from enumerate(rows, 1)


def list_unread_sheets(data: bytes, path: str) -> list[str]:
    """Return the names of the sheets that read_xlsx leaves out although they are not empty."""
    openpyxl = import_optional("openpyxl", "import", path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        first = _first_sheet(book)
        others = [sheet for sheet in book.worksheets if sheet is not first]
        for sheet in others:
            sheet.reset_dimensions()
        unread = [str(s.title) for s in others if any(v is not None for r in s.iter_rows(values_only=True) for v in r)]
        book.close()
    return unread


def _first_sheet(book: Any) -> Any:
    return next((s for s in book.worksheets if s.sheet_state == "visible"), book.worksheets[0])


def _cell_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    return str(value).replace("_x000D_", "")


def write_xlsx(
    title: str, header: Sequence[str], rows: Sequence[Sequence[str]], languages: Sequence[Language], path: str
) -> bytes:
    """Return a workbook of one sheet; columns named by a language's tag run in its direction.

    Raises SourceError if openpyxl is not installed, or a text is too long for a cell.
    """
    if any(len(cell) > _LONGEST for row in rows for cell in row):
        message = f"a text has more than {_LONGEST} characters, which a spreadsheet's cell cannot hold"
        raise SourceError([Finding("T004", Place(path), message, "use CSV or another format")])
    openpyxl = import_optional("openpyxl", "import", path)
    styles = import_optional("openpyxl.styles", "import", path)
    book = openpyxl.Workbook()
    moment = dt.datetime(*EPOCH)  # noqa: DTZ001 - openpyxl takes times without a zone
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
        for line, row in enumerate(rows, 2):
            text_cell = sheet.cell(line, number)
            text_cell.value = row[number - 1] or None
            if row[number - 1]:  # a text is never a formula, whatever it begins with
                text_cell.data_type, text_cell.quotePrefix = "s", row[number - 1].startswith("=")
            text_cell.alignment = alignment
    out = io.BytesIO()
    book.save(out)
    return repack(out.getvalue(), lambda name: (name != "[Content_Types].xml", name), _without_time, level=6, rights=0)


def _without_time(name: str, content: bytes) -> bytes:
    """Return an entry with a fixed date in place of the time that openpyxl writes."""
    if name != "docProps/core.xml":
        return content
    return re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>1980-01-01T00:00:00Z", content)
