"""A PDF's bytes in, findings out: read back by PDFium, which had no part in writing it."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence

from bookbuild.checks.coverage import ExpectedText
from bookbuild.model.findings import Finding, Place

LEAST = 0.97
"""The share of letters that must be found. It is below 1 because WeasyPrint maps a glyph to one text wherever it occurs
(draw/text.py, version 70), so that some Arabic letters are extracted as others; the coverage ledger is exact."""


def check_pdf(data: bytes, expected: Sequence[ExpectedText], place: Place) -> tuple[list[Finding], str]:
    """Look for the book's letters in a PDF; return findings (O001, O006) and one line on what was found."""
    import pypdfium2

    try:
        opened = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        return [Finding("O006", place, f"the PDF is damaged ({error})", "run build --again")], "not judged"
    with opened as document:
        text = "".join(page.get_textpage().get_text_range() for page in document)
        pages = len(document)
    expected_letters = count_letters("".join(block.text for block in expected))
    expected_letters -= count_letters("".join(block.drawn for block in expected))
    share = (expected_letters & count_letters(text)).total() / max(1, expected_letters.total())
    summary = f"{pages} page{'s' if pages != 1 else ''}, {share:.1%} of all letters found by PDFium"
    if share < LEAST:
        message = f"only {share:.1%} of the book's letters are found in the PDF"
        return [Finding("O001", place, message, "run build --again, or report it")], summary
    return [], summary


def count_letters(text: str) -> Counter[str]:
    """Count letters and digits, without regard to forms, marks and case, which extractors may change."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return Counter(c for c in plain if unicodedata.category(c)[0] in "LN" and c != "ـ")
