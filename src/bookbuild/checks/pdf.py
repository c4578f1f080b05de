"""A PDF's bytes in, findings out: read back by an engine that had no part in writing it (PDFium)."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from bookbuild.findings import Finding, Place
from bookbuild.layout import Document

LEAST = 0.98
"""The share of words that must be found. Not all are: WeasyPrint maps a glyph to one text wherever it stands, so that a
few Arabic words come out misspelt (draw/text.py, version 70); the ledger of the layout itself counts to the letter."""

_WORD = re.compile(r"[^\W_]+")


def judge(data: bytes, document: Document, place: Place) -> tuple[list[Finding], str]:
    """Open a PDF and look for the book's words in it."""
    import pypdfium2  # noqa: PLC0415 - only where a PDF is judged

    try:
        opened = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        return [Finding("O006", place, f"the PDF is damaged ({error})", "run build again")], "not judged"
    try:
        text = "\n".join(page.get_textpage().get_text_range() for page in opened)
        pages = len(opened)
    finally:
        opened.close()
    wanted = Counter(words("\n".join(block.text for block in document.expected)))
    found = Counter(words(re.sub(r"[-\u2010\ufffe\x02]\s+", "", text)))
    share = sum((wanted & found).values()) / max(1, sum(wanted.values()))
    said = f"{pages} pages, {share:.1%} of all words found by PDFium"
    if share < LEAST:
        message = f"only {share:.1%} of the book's words are found in the PDF"
        return [Finding("O001", place, message, "run build again, or report it")], said
    return [], said


def words(text: str) -> list[str]:
    """Split a text into words as extractors can give them: compatibility forms and marks do not count."""
    plain = unicodedata.normalize("NFKD", text)
    return _WORD.findall("".join(c for c in plain if unicodedata.category(c) not in {"Mn", "Cf"} and c != "ـ"))
