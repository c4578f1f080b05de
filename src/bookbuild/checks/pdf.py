"""A PDF's bytes in, findings out: read back by an engine that had no part in writing it (PDFium)."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence

from bookbuild.checks.coverage import Expected
from bookbuild.model.findings import Finding, Place

LEAST = 0.97
"""The share of letters that must be found. Not all are: WeasyPrint maps a glyph to one text wherever it stands
(draw/text.py, version 70), so that some Arabic letters come out as others; the ledger of the layout itself
counts to the letter."""


def judge(data: bytes, expected: Sequence[Expected], place: Place) -> tuple[list[Finding], str]:
    """Open a PDF and look for the book's letters in it."""
    import pypdfium2

    try:
        opened = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        return [Finding("O006", place, f"the PDF is damaged ({error})", "run build --again")], "not judged"
    try:
        text = "".join(page.get_textpage().get_text_range() for page in opened)
        pages = len(opened)
    finally:
        opened.close()
    wanted = letters("".join(block.text for block in expected))
    share = (wanted & letters(text)).total() / max(1, wanted.total())
    said = f"{pages} page{'s' if pages != 1 else ''}, {share:.1%} of all letters found by PDFium"
    if share < LEAST:
        message = f"only {share:.1%} of the book's letters are found in the PDF"
        return [Finding("O001", place, message, "run build --again, or report it")], said
    return [], said


def letters(text: str) -> Counter[str]:
    """Count letters and digits as extractors can give them: forms, marks, case and order do not matter."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return Counter(c for c in plain if unicodedata.category(c)[0] in "LN" and c != "ـ")
