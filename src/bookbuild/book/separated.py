"""Tables of CSV and TSV as spreadsheet programs write them: bytes in, rows of texts with their lines out. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from bookbuild.model.characters import LARGEST, decode
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place


def rows(data: bytes, path: str, code: str, advice: str) -> Iterator[tuple[int, list[str]]]:
    """Give the rows with the lines that they begin on; commas, semicolons and tabs part cells, UTF-16 is read too.

    Raises SourceError with `code` and `advice` where quotation marks do not match, and if it is no text.
    """
    text = data.decode("utf-16", "replace") if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else decode(data, path)
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
