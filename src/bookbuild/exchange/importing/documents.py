"""Read Word, OpenDocument, RTF, HTML, EPUB, FictionBook and LaTeX through pandoc; return a text or pairs of texts."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bookbuild.book.readers import RawNote
from bookbuild.exchange.importing import (
    ImportedPairs,
    ImportedText,
    ImportOptions,
    build_row,
    fiction,
    latex,
    open_document,
    rich,
    word,
)
from bookbuild.exchange.importing.ast import convert
from bookbuild.exchange.importing.ebook import join_ebook
from bookbuild.exchange.importing.marks import ConvertedDocument
from bookbuild.exchange.importing.packages import PreparedDocument
from bookbuild.exchange.importing.pages import prepare_page
from bookbuild.exchange.importing.pictures import extract_pictures, open_archive
from bookbuild.exchange.importing.witness import find_lost_words, find_missing_words, split_words
from bookbuild.languages import names as language_names
from bookbuild.model.book import Block, Kind
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place
from bookbuild.model.inline import Text
from bookbuild.work.archives import DAMAGE
from bookbuild.work.optional import import_optional

_FORMATS = {
    ".docx": "docx",
    ".odt": "odt",
    **dict.fromkeys((".rtf", ".html", ".htm", ".xhtml", ".epub", ".fb2"), "html+epub_html_exts"),
    ".tex": "latex+raw_tex",
}
"""Pandoc's format for each suffix; `_prepare` makes web pages of RTF, EPUB and FictionBook."""
SUFFIXES = tuple(_FORMATS)
_PAGE_SUFFIXES = frozenset({".html", ".htm", ".xhtml"})
_FORMATS_WITH_TITLE = {"docx", "latex+raw_tex"}
"""Formats of pandoc whose title is a line of the text, which pandoc reads as metadata."""
_ROW_NUMBER = re.compile(r"[\d٠-٩۰-۹.#]*")
_OLE_SIGNATURE = b"\xd0\xcf\x11\xe0"
"""Start of old Office documents, and of new ones with a password."""
_MAX_PASSES = 5
"""How often LaTeX is read again with definitions of what was unknown before."""
_PREPARED_AS = dict.fromkeys((".epub", ".rtf", ".fb2"), ".html")
"""The kind of what pandoc is given of a document, where it is another."""
_SECOND_READERS = {".rtf": "striprtf.striprtf", ".tex": "pylatexenc.latex2text"}
"""Libraries that read what pandoc reads too, so that words are missed that it drops."""
_TIMEOUT = 120
"""Seconds that pandoc may take for a document."""
_MAX_REASONS = 300
"""Characters of a message about what was found instead of text."""
_MAX_BYTES = 256 * 1024 * 1024
"""Limit of a document, packed and unpacked."""


def read(path: Path, data: bytes, name: str, options: ImportOptions) -> ImportedText | ImportedPairs:
    """Read a document; one that is mostly tables with one column per language gives pairs.

    Raises SourceError if it is damaged, too large or empty, or if pandoc is not installed.
    """
    suffix = path.suffix.lower()
    if len(data) > _MAX_BYTES:
        raise SourceError([Finding("T004", Place(name), "the file is too large", "split it into several")])
    _check_readable(data, name)
    prepared, skipped = _prepare(suffix, data, name)
    try:
        converted = _convert(prepared, suffix, name)
    except RecursionError:
        message = "the document is nested too deeply"
        raise SourceError([Finding("T009", Place(name), message, "save it in a simpler form")]) from None
    losses = prepared.losses
    losses += converted.losses
    texts = [block.text for block in _all_blocks(converted)]
    missing = find_lost_words(data, suffix, [*prepared.left_out, *texts], skipped)
    if prepared.data is not data:  # it also has what the document only counts: numbers of lists and headings
        counted = [*texts, *converted.numbers]
        missing = missing or find_lost_words(prepared.data, _PREPARED_AS.get(suffix, suffix), counted)
    if missing:
        losses.append(f"words that pandoc dropped: {missing}")
    languages, pair_rows = _find_pair_rows(converted, options.languages)
    if pair_rows:
        outside = _find_words_outside(converted, pair_rows)
        if outside:
            losses.append(f"text outside the columns: {outside}")
        cells = [cell for row in pair_rows for cell in row]
        notes = converted.table_notes
        pictures = extract_pictures(path, data, [*filter(None, cells), *_list_note_blocks(notes)], prepared)
        kept_cells = [cell and pictures.rename(cell) for cell in cells]
        next_cells = iter(kept_cells)
        rows = tuple(build_row(next(next_cells) for _ in row) for row in pair_rows)
        return ImportedPairs(
            languages=languages,
            rows=rows,
            structured=any(map(_is_structured, kept_cells)),
            losses=tuple(losses),
            notes=pictures.rename_notes(notes),
            files=pictures.files,
        )
    pictures = extract_pictures(path, data, list(_all_blocks(converted)), prepared)
    blocks = _trim_breaks([block for block in map(pictures.rename, converted.blocks) if block])
    if all(block.kind is Kind.FIGURE and not block.text for block in blocks):
        advice = "check that it is the right file"
        if blocks:
            losses.insert(0, f"it is {len(blocks)} picture{'s' if len(blocks) > 1 else ''}")
            advice += "; of a scan, let a program recognize the text (OCR) and save it first"
        reasons = f" ({'; '.join(losses)[:_MAX_REASONS]})" if losses else ""
        raise SourceError([Finding("T003", Place(name), f"the document has no text{reasons}", advice)])
    return ImportedText(
        blocks=tuple(blocks),
        notes=pictures.rename_notes(converted.notes),
        files=pictures.files,
        language=converted.language,
        losses=tuple(losses),
        structured=any(map(_is_structured, blocks)) or bool(converted.notes),
    )


def _prepare(suffix: str, data: bytes, name: str) -> tuple[PreparedDocument, frozenset[str]]:
    """Return a document as pandoc reads it best, and the parts of an e-book that are left out; or raise SourceError."""
    if suffix in _PAGE_SUFFIXES:
        return PreparedDocument(prepare_page(data, name)), frozenset()
    if suffix == ".epub":
        book = join_ebook(data, name)
        return PreparedDocument(book.page, losses=list(book.losses)), book.left_out
    if library := _SECOND_READERS.get(suffix):
        import_optional(library, "import", name)  # for find_lost_words, before any work is done
    preparers = {".docx": word.prepare, ".odt": open_document.prepare, ".rtf": rich.convert_rich_text}
    if suffix in preparers:
        return preparers[suffix](data, name), frozenset()
    return PreparedDocument(fiction.build_page(data, name) if suffix == ".fb2" else data), frozenset()


def _is_structured(block: Block | None) -> bool:
    """Return whether a block is more than a paragraph of plain text."""
    if block is None:
        return False
    is_plain = all(isinstance(inline, Text) for inline in block.content)
    return bool(block.level or block.containers or block.kind is not Kind.PARAGRAPH or not is_plain)


def _check_readable(data: bytes, name: str) -> None:
    """Raise SourceError for documents that pandoc cannot read, or that are too large when unpacked."""
    if data.startswith(_OLE_SIGNATURE):
        message = "this is an old Word document, or it has a password"
        advice = "open it in Word or LibreOffice and save it as .docx without a password"
        raise SourceError([Finding("T009", Place(name), message, advice)])
    try:
        archive = open_archive(data)
    except DAMAGE as error:
        message = f"the file is damaged ({str(error)[:120]})"
        advice = "copy or download it again, or open it in the program that made it and save it again"
        raise SourceError([Finding("T009", Place(name), message, advice)]) from None
    if archive and sum(entry.file_size for entry in archive.infolist()) > _MAX_BYTES:
        message = "the file is too large when unpacked"
        raise SourceError([Finding("T004", Place(name), message, "split it into several")])


def _convert(prepared: PreparedDocument, suffix: str, name: str) -> ConvertedDocument:
    """Convert a document; LaTeX in several passes, since the content of an environment is only read once it is defined.

    Adds losses to `prepared`. Raises SourceError, and RecursionError if the document is nested too deeply.
    """
    source, source_format = prepared.data, _FORMATS[suffix]
    tree = _run_pandoc(source, source_format, name)
    for _ in range(_MAX_PASSES if suffix == ".tex" else 0):
        definitions = latex.build_definitions(tree).encode()
        if not definitions:
            break
        prepared.losses += (option for option in latex.find_lost_options(tree) if option not in prepared.losses)
        source = definitions + source
        tree = _run_pandoc(source, source_format, name)
    prepared.left_out += latex.find_raw_pieces(tree)  # which are reported, or print nothing
    return convert(tree, include_title=source_format in _FORMATS_WITH_TITLE)


def _trim_breaks(blocks: Sequence[Block]) -> list[Block]:
    """Return blocks without breaks at the ends, where they part a text from its notes, and without repeated ones."""
    kept: list[Block] = []
    for block in blocks:
        if block.kind is not Kind.BREAK or (kept and kept[-1].kind is not Kind.BREAK):
            kept.append(block)
    return kept[:-1] if kept and kept[-1].kind is Kind.BREAK else kept


def _all_blocks(converted: ConvertedDocument) -> Iterator[Block]:
    yield from converted.blocks
    yield from _list_note_blocks(converted.notes)


def _list_note_blocks(notes: Sequence[RawNote]) -> Iterator[Block]:
    for note in notes:
        yield from note.blocks


def _run_pandoc(data: bytes, source_format: str, name: str) -> Mapping[str, Any]:
    """Let pandoc parse a document, without network or other files, in limited time and memory; or raise SourceError."""
    pypandoc = import_optional("pypandoc", "import", name)
    command = [pypandoc.get_pandoc_path(), "+RTS", "-M2g", "-RTS", "--sandbox", "-f", source_format, "-t", "json"]
    try:
        completed = subprocess.run(  # noqa: S603 - pandoc, with our own arguments
            command, input=data, capture_output=True, check=False, timeout=_TIMEOUT
        )
    except subprocess.TimeoutExpired:
        advice = "save it again in the program that made it, or split it"
        raise SourceError([Finding("T009", Place(name), "the document took too long to read", advice)]) from None
    if completed.returncode:
        error_lines = completed.stderr.decode("utf-8", "replace").strip().splitlines()
        reason = error_lines[0] if error_lines else f"status {completed.returncode}"
        advice = "open it in the program that made it, remove any password and save it again"
        message = f"pandoc cannot read the document ({reason[:200].rstrip('.:')})"
        raise SourceError([Finding("T009", Place(name), message, advice)])
    tree: Mapping[str, Any] = json.loads(completed.stdout)
    return tree


_Rows = tuple[tuple[Block | None, ...], ...]


def _find_pair_rows(converted: ConvertedDocument, languages: tuple[str, ...]) -> tuple[tuple[str, ...], _Rows]:
    """Return languages and rows of a document that is mostly tables with one column per language; else no rows.

    The first row names the languages, or the user does (`languages`).
    """
    cells = converted.table_cells
    texts = [[cell.text if cell else "" for cell in row] for row in cells]
    header = language_names.find_column_tags(texts[0] if texts else [], anywhere=False)
    if sum(map(bool, header)) > 1:
        wanted = languages or tuple(filter(None, header))
        if not set(wanted) <= set(header):
            return languages, ()
        body = [row for row, row_texts in zip(cells, texts, strict=True) if row_texts != texts[0]]
        rows = [tuple(row[header.index(tag)] for tag in wanted) for row in body if len(row) == len(header)]
    elif len(languages) > 1:
        wanted = languages
        rows = [row for row in cells if len(row) == len(languages)]
        if not rows:  # the first column may be numbers
            numbered = [row for row in cells if len(row) == len(languages) + 1]
            rows = [row[1:] for row in numbered if row[0] is None or _ROW_NUMBER.fullmatch(row[0].text)]
    else:
        return languages, ()
    letters_in_rows = sum(len(b.text) for row in rows for b in row if b)
    letters_outside = sum(len(b.text) for b in converted.blocks if b.kind is not Kind.TABLE)
    return wanted, tuple(rows) if letters_in_rows > letters_outside else ()


def _find_words_outside(converted: ConvertedDocument, rows: _Rows) -> str:
    """Return words that are in no column of a language; headers and numbers of rows do not count."""
    accounted = [cell.text for row in rows for cell in row if cell]
    accounted += [block.text for note in converted.table_notes for block in note.blocks]
    for row in converted.table_cells:
        texts = [cell.text for cell in row if cell]
        accounted += texts if sum(map(bool, language_names.find_column_tags(texts, anywhere=False))) > 1 else []
        accounted += [cell.text for cell in row[:1] if cell and _ROW_NUMBER.fullmatch(cell.text)]
    return find_missing_words(split_words("\n".join(block.text for block in _all_blocks(converted))), accounted)
