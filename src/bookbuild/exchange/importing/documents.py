"""Word, OpenDocument, RTF, HTML, EPUB, FictionBook and LaTeX, through pandoc in its sandbox."""

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

from bookbuild.exchange.importing import Asked, Pairs, Text, fiction, latex, open_document, rich, word
from bookbuild.exchange.importing.ast import convert
from bookbuild.exchange.importing.ebook import joined
from bookbuild.exchange.importing.marks import Converted, renamed
from bookbuild.exchange.importing.packages import Ready
from bookbuild.exchange.importing.pages import web_page
from bookbuild.exchange.importing.witness import lost_words, missing_words, words_of
from bookbuild.languages import names as language_names
from bookbuild.model.book import Block, Kind
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place
from bookbuild.model.inline import Image, walk
from bookbuild.work.optional import needed

_PAGE = "html+epub_html_exts"
_FORMATS = {
    ".docx": "docx",
    ".odt": "odt",
    ".rtf": _PAGE,
    ".html": _PAGE,
    ".htm": _PAGE,
    ".xhtml": _PAGE,
    ".epub": _PAGE,
    ".fb2": _PAGE,
    ".tex": "latex+raw_tex",
}
SUFFIXES = tuple(_FORMATS)
_PAGES = frozenset({".html", ".htm", ".xhtml"})
_TITLED = {"docx", "latex+raw_tex"}
"""Formats whose title is a line of the text that pandoc takes for metadata."""
_NUMBER = re.compile(r"[\d٠-٩۰-۹.#]*")
_OLE = b"\xd0\xcf\x11\xe0"
"""What old Office documents begin with, and new ones that have a password."""
_PASSES = 5
"""How often a text in LaTeX is read with definitions of what was unknown before."""
_PATIENCE = 120
"""Seconds that a document may take."""
_LARGEST = 256 * 1024 * 1024
"""Bytes of a document, and of what it unpacks to."""
_KNOWN = {b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg", b"GIF8": ".gif", b"RIFF": ".webp"}


def read(path: Path, data: bytes, name: str, asked: Asked) -> Text | Pairs:
    """Read a document.

    Raises SourceError if it is damaged, too large, or if pandoc is not installed.
    """
    suffix = path.suffix.lower()
    if len(data) > _LARGEST:
        raise SourceError([Finding("T004", Place(name), "the file is too large", "split it into several")])
    _checked(data, name)
    made, skipped = _ready(suffix, data, name)
    given, losses = made.data, made.losses
    tree = _parsed(given, _FORMATS[suffix], name)
    if suffix == ".tex":
        for _ in range(_PASSES):  # what is in an environment is only seen when it is known
            defined = latex.definitions(tree).encode()
            if not defined:
                break
            losses += (lost for lost in latex.lost_options(tree) if lost not in losses)
            given = defined + given
            tree = _parsed(given, _FORMATS[suffix], name)
    try:
        converted = convert(tree, titled=_FORMATS[suffix] in _TITLED)
    except RecursionError:
        message = "the document is nested too deeply to be read"
        raise SourceError([Finding("T009", Place(name), message, "save it in a simpler form")]) from None
    losses += converted.losses
    missing = lost_words(data, suffix, [*made.left_out, *(block.text for block in _all(converted))], skipped)
    if missing:
        losses.append(f"words that pandoc did not give: {missing}")
    tags, paired = _table_of(converted, asked.languages)
    if paired:
        outside = _outside(converted, paired)
        if outside:
            losses.append(f"what stands outside of the columns: {outside}")
        cells = [cell for row in paired for cell in row]
        pictures, kept = _pictures(path, data, cells, made)
        taken = iter(kept)
        rows = tuple(tuple(next(taken) for _ in row) for row in paired)
        return Pairs(tags, rows, any(map(_is_structured, kept)), tuple(losses), converted.grid_notes, pictures)
    if not converted.blocks:
        said = f" ({'; '.join(losses)})" if losses else ""
        message = f"the document has no text{said}"
        raise SourceError([Finding("T003", Place(name), message, "see whether it is the right one")])
    pictures, found = _pictures(path, data, converted.blocks, made)
    blocks = [block for block in found if block]
    structured = any(map(_is_structured, blocks)) or bool(converted.notes)
    return Text(tuple(blocks), converted.notes, pictures, converted.language, tuple(losses), structured)


def _ready(suffix: str, data: bytes, name: str) -> tuple[Ready, frozenset[str]]:
    """Give a document as pandoc reads it best, and the parts of an e-book that are no text of it.

    Raises SourceError.
    """
    if suffix in _PAGES:
        return Ready(web_page(data, name)), frozenset()
    if suffix == ".epub":
        book = joined(data, name)
        return Ready(book.page, losses=list(book.losses)), book.left_out
    if suffix == ".rtf":
        needed("striprtf.striprtf", "import", name)  # the second look
    makers = {".docx": word.ready, ".odt": open_document.ready, ".rtf": rich.convert_rich_text}
    if suffix in makers:
        return makers[suffix](data, name), frozenset()
    return Ready(fiction.page(data, name) if suffix == ".fb2" else data), frozenset()


def _is_structured(block: Block | None) -> bool:
    """Tell whether plain text could not say it."""
    if block is None:
        return False
    plain_words = all(type(i).__name__ == "Text" for i in block.content)
    return bool(block.level or block.containers or block.kind != "paragraph" or not plain_words)


def _checked(data: bytes, name: str) -> None:
    """Refuse what cannot be read before pandoc tries.

    Raises SourceError.
    """
    if data.startswith(_OLE):
        message = "this is a document of an old Word, or has a password"
        advice = "open it in Word or LibreOffice and save it as .docx without a password"
        raise SourceError([Finding("T009", Place(name), message, advice)])
    if zipfile.is_zipfile(BytesIO(data)):
        with zipfile.ZipFile(BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _LARGEST:
                raise SourceError(
                    [Finding("T004", Place(name), "the file unpacks to too much", "split it into several")]
                )


def _all(converted: Converted) -> Iterator[Block]:
    yield from converted.blocks
    for note in converted.notes:
        yield from note.blocks


def _parsed(data: bytes, form: str, name: str) -> Mapping[str, Any]:
    """Let pandoc parse a document: no network, no other files, bounded time and memory."""
    pypandoc = needed("pypandoc", "import", name)
    command = [pypandoc.get_pandoc_path(), "+RTS", "-M2g", "-RTS", "--sandbox", "-f", form, "-t", "json"]
    try:
        done = subprocess.run(  # noqa: S603 - pandoc, with our own arguments
            command, input=data, capture_output=True, check=False, timeout=_PATIENCE
        )
    except subprocess.TimeoutExpired:
        advice = "save it anew in the program that made it, or split it"
        raise SourceError([Finding("T009", Place(name), "the document took too long to read", advice)]) from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines() or [f"status {done.returncode}"]
        advice = "open it in the program that made it and save it anew; a password has to be taken off"
        message = f"pandoc cannot read the document ({said[0][:200].rstrip('.:')})"
        raise SourceError([Finding("T009", Place(name), message, advice)])
    try:
        tree: Mapping[str, Any] = json.loads(done.stdout)
    except RecursionError:
        message = "the document is nested too deeply to be read"
        raise SourceError([Finding("T009", Place(name), message, "save it in a simpler form")]) from None
    return tree


_Rows = tuple[tuple[Block | None, ...], ...]


def _table_of(converted: Converted, asked: tuple[str, ...]) -> tuple[tuple[str, ...], _Rows]:
    """Give languages and rows of a document that is mostly tables with a column a language; else no rows.

    The first row names the languages, or the user does.
    """
    first_row = next(iter(converted.grid), ())
    head = language_names.columns([cell.text if cell else "" for cell in first_row], anywhere=False)
    if sum(map(bool, head)) > 1:
        wanted = asked or tuple(filter(None, head))
        if not set(wanted) <= set(head):
            return asked, ()
        first = [cell.text if cell else "" for cell in converted.grid[0]]
        body = [row for row in converted.grid if [cell.text if cell else "" for cell in row] != first]
        rows = [tuple(row[head.index(tag)] for tag in wanted) for row in body if len(row) == len(head)]
    elif len(asked) > 1:
        wanted = asked
        rows = [row for row in converted.grid if len(row) == len(asked)]
        if not rows:  # a first column of numbers
            numbered = [row for row in converted.grid if len(row) == len(asked) + 1]
            rows = [row[1:] for row in numbered if row[0] is None or _NUMBER.fullmatch(row[0].text)]
    else:
        return asked, ()
    inside = sum(len(b.text) for row in rows for b in row if b)
    return wanted, tuple(rows) if inside > sum(len(b.text) for b in converted.blocks if b.kind != "table") else ()


def _outside(converted: Converted, rows: _Rows) -> str:
    """Give words of the text that are in no column of a language; their names and numbers of rows do not count."""
    notes = [block.text for note in converted.notes for block in note.blocks]
    inside = [cell.text for row in rows for cell in row if cell]
    inside += [block.text for note in converted.grid_notes for block in note.blocks]
    for row in converted.grid:
        texts = [cell.text for cell in row if cell]
        inside += texts if sum(map(bool, language_names.columns(texts, anywhere=False))) > 1 else []
        inside += [cell.text for cell in row[:1] if cell and _NUMBER.fullmatch(cell.text)]
    return missing_words(words_of([*(block.text for block in converted.blocks), *notes]), inside)


def _pictures(
    path: Path, data: bytes, blocks: Sequence[Block | None], ready: Ready
) -> tuple[dict[str, bytes], list[Block | None]]:
    """Take the pictures out of the document; those that cannot be had are told and left out of the text."""
    found: dict[str, bytes] = {}
    names: dict[str, str] = {}
    load = _loader(path, data)
    for image in (i for b in blocks if b for i in walk(b.content) if isinstance(i, Image)):
        if image.source in names:
            continue
        content = load(image.source)
        suffix = next((s for start, s in _KNOWN.items() if content and content.startswith(start)), "")
        if content and not suffix and re.search(rb"<svg[\s>]", content[:2000]):
            suffix = ".svg"
        if not content or not suffix:
            ready.losses.append(f"the picture {image.source[:60]}")
            continue
        names[image.source] = f"images/{_stem(path)}-{len(found) + 1}{suffix}"
        found[names[image.source]] = content
    made: list[Block | None] = []
    for block in blocks:
        if block is None:
            made.append(None)
            continue
        kept = renamed(block.content, names, ready.said)
        same = any(isinstance(i, Image) for i in kept) or block.kind != "figure"
        made.append(replace(block, content=kept, kind=block.kind if same else Kind.PARAGRAPH) if kept else None)
    return found, made


def _stem(path: Path) -> str:
    return re.sub(r"[^\w-]+", "-", path.stem).strip("-").lower() or "picture"


def _loader(path: Path, data: bytes) -> Callable[[str], bytes | None]:
    """Give a function that finds a picture: in the text, in the archive, or beside a web page; nothing else is read."""
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
            wanted = posixpath.normpath(unquote(source))
            match = [n for n in entries if n == wanted] or [n for n in entries if n.endswith(f"/{wanted}")]
            if not match or archive.getinfo(match[0]).file_size > _LARGEST:
                return None
            return archive.read(match[0])
        try:
            file = (folder / unquote(source)).resolve()
            return file.read_bytes() if file.is_relative_to(folder) and file.is_file() else None
        except (OSError, ValueError):
            return None

    return load
