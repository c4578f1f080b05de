"""Spreadsheets of Excel: bytes in, rows of texts out. The only place that reads them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place

_LARGEST = 512 * 1024 * 1024
"""Bytes that a spreadsheet may unpack to."""


def rows_of(data: bytes, path: str) -> Iterator[tuple[int, list[str]]]:
    """Give the rows of the first sheet that is shown, with their numbers from 1; values of formulas, no formulas.

    Raises SourceError if it is no spreadsheet, and if the library that reads it is not installed.
    """
    from bookbuild.work.optional import needed  # noqa: PLC0415 - only with a spreadsheet

    openpyxl = needed("openpyxl", "import", path)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _LARGEST:
                advice = "split it into several"
                raise SourceError([Finding("T004", Place(path), "the spreadsheet is too large", advice)])
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = _first(book)
        sheet.reset_dimensions()  # files may say of themselves that they have 16,384 columns
        for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
            yield number, [_text(value) for value in row]
        book.close()
    except SourceError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a damaged file makes of openpyxl
        advice = "open it in a spreadsheet program and save it again as .xlsx"
        message = f"the spreadsheet cannot be read ({type(error).__name__})"
        raise SourceError([Finding("T009", Place(path), message, advice)]) from None


def other_sheets(data: bytes, path: str) -> list[str]:
    """Give the names of the sheets that are not read and are not empty; of a spreadsheet that could be read."""
    from bookbuild.work.optional import needed  # noqa: PLC0415 - as above

    book = needed("openpyxl", "import", path).load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    read = _first(book)
    found = []
    for sheet in book.worksheets:
        sheet.reset_dimensions()
        if sheet is not read and any(value is not None for row in sheet.iter_rows(values_only=True) for value in row):
            found.append(str(sheet.title))
    book.close()
    return found


def _first(book: Any) -> Any:  # noqa: ANN401 - openpyxl has no types
    return next((s for s in book.worksheets if s.sheet_state == "visible"), book.worksheets[0])


def _text(value: Any) -> str:  # noqa: ANN401 - what cells hold
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    return str(value).replace("_x000D_", "")
