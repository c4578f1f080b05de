"""Read Word, OpenDocument, RTF, HTML, EPUB, FictionBook and LaTeX through pandoc; return a text or pairs of texts."""

from __future__ import annotations

import base64
import json
import posixpath
import re
import subprocess
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from bookbuild.exchange.importing import (
    ImportedPairs,
    ImportedText,
    ImportOptions,
    fiction,
    latex,
    open_document,
    rich,
    word,
)
from bookbuild.exchange.importing.ast import convert
from bookbuild.exchange.importing.ebook import join_ebook
from bookbuild.exchange.importing.marks import ConvertedDocument, rename_pictures
from bookbuild.exchange.importing.packages import PreparedDocument
from bookbuild.exchange.importing.pages import prepare_page
from bookbuild.exchange.importing.witness import find_lost_words, find_missing_words, split_words
from bookbuild.languages import names as language_names
from bookbuild.model.book import Block, Kind
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place
from bookbuild.model.inline import Image, Text, walk
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
_TIMEOUT = 120
"""Seconds that pandoc may take for a document."""
_MAX_BYTES = 256 * 1024 * 1024
"""Limit of a document, packed and unpacked."""
_SUFFIX_BY_SIGNATURE = {b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg", b"GIF8": ".gif", b"RIFF": ".webp"}


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
    texts = [*prepared.left_out, *(block.text for block in _all_blocks(converted))]
    missing = find_lost_words(data, suffix, texts, skipped)
    if missing:
        losses.append(f"words that pandoc dropped: {missing}")
    languages, pair_rows = _find_pair_rows(converted, options.languages)
    if pair_rows:
        outside = _find_words_outside(converted, pair_rows)
        if outside:
            losses.append(f"text outside the columns: {outside}")
        cells = [cell for row in pair_rows for cell in row]
        pictures, kept_cells = _extract_pictures(path, data, cells, prepared)
        next_cells = iter(kept_cells)
        rows = tuple(tuple(next(next_cells) for _ in row) for row in pair_rows)
        return ImportedPairs(
            languages=languages,
            rows=rows,
            structured=any(map(_is_structured, kept_cells)),
            losses=tuple(losses),
            notes=converted.table_notes,
            files=pictures,
        )
    if not converted.blocks:
        reasons = f" ({'; '.join(losses)})" if losses else ""
        message = f"the document has no text{reasons}"
        raise SourceError([Finding("T003", Place(name), message, "check that it is the right file")])
    pictures, kept_blocks = _extract_pictures(path, data, converted.blocks, prepared)
    blocks = [block for block in kept_blocks if block]
    return ImportedText(
        blocks=tuple(blocks),
        notes=converted.notes,
        files=pictures,
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
    if suffix == ".rtf":
        import_optional("striprtf.striprtf", "import", name)  # for find_lost_words, before any work is done
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
    if zipfile.is_zipfile(BytesIO(data)):
        with zipfile.ZipFile(BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _MAX_BYTES:
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
    return convert(tree, include_title=source_format in _FORMATS_WITH_TITLE)


def _all_blocks(converted: ConvertedDocument) -> Iterator[Block]:
    yield from converted.blocks
    for note in converted.notes:
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


def _extract_pictures(
    path: Path, data: bytes, blocks: Sequence[Block | None], prepared: PreparedDocument
) -> tuple[dict[str, bytes], list[Block | None]]:
    """Return the pictures (path in the book's folder -> content), and the blocks with these paths.

    Pictures that cannot be found or used are left out of the blocks, and reported in `prepared`.
    """
    files: dict[str, bytes] = {}
    names: dict[str, str] = {}
    load = _build_loader(path, data)
    stem = re.sub(r"[^\w-]+", "-", path.stem).strip("-").lower() or "picture"
    for image in (i for b in blocks if b for i in walk(b.content) if isinstance(i, Image)):
        if image.source in names:
            continue
        content = load(image.source)
        suffix = next((s for start, s in _SUFFIX_BY_SIGNATURE.items() if content and content.startswith(start)), "")
        if content and not suffix and re.search(rb"<svg[\s>]", content[:2000]):
            suffix = ".svg"
        if not content or not suffix:
            prepared.losses.append(f"the picture {image.source[:60]}")
            continue
        names[image.source] = f"images/{stem}-{len(files) + 1}{suffix}"
        files[names[image.source]] = content
    kept_blocks: list[Block | None] = []
    for block in blocks:
        if block is None:
            kept_blocks.append(None)
            continue
        inlines = rename_pictures(block.content, names, prepared.descriptions)
        lost_picture = block.kind is Kind.FIGURE and not any(isinstance(i, Image) for i in inlines)
        kind = Kind.PARAGRAPH if lost_picture else block.kind
        kept_blocks.append(replace(block, content=inlines, kind=kind) if inlines else None)
    return files, kept_blocks


def _build_loader(path: Path, data: bytes) -> Callable[[str], bytes | None]:
    """Return a function that loads a picture from a data URL, the archive, or the folder of the file; nowhere else."""
    archive = zipfile.ZipFile(BytesIO(data)) if zipfile.is_zipfile(BytesIO(data)) else None
    entries = archive.namelist() if archive else []
    folder = path.parent.resolve()

    def load(source: str) -> bytes | None:
        if source.startswith("data:"):
            head, _, body = source.partition(",")
            try:
                return base64.b64decode(body) if head.endswith(";base64") else unquote(body).encode()
            except ValueError:
                return None
        if archive:
            entry_path = posixpath.normpath(unquote(source))
            matches = [n for n in entries if n == entry_path] or [n for n in entries if n.endswith(f"/{entry_path}")]
            if not matches or archive.getinfo(matches[0]).file_size > _MAX_BYTES:
                return None
            return archive.read(matches[0])
        try:
            file = (folder / unquote(source)).resolve()
            return file.read_bytes() if file.is_relative_to(folder) and file.is_file() else None
        except (OSError, ValueError):
            return None

    return load
