"""Load the pictures that a document refers to, and write their paths in the book's folder into its blocks."""

from __future__ import annotations

import base64
import posixpath
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote

from bookbuild.book.readers import RawNote
from bookbuild.exchange.importing.marks import rename_pictures
from bookbuild.exchange.importing.packages import PreparedDocument
from bookbuild.model.book import Block, Kind
from bookbuild.model.findings import Place
from bookbuild.model.inline import Image, Text, walk
from bookbuild.work.archives import DAMAGE

_MAX_LISTED = 3
"""Lost pictures that a message names."""
_MAX_ADDRESS = 60
"""Characters of the address of a picture that a message shows."""
_SUFFIX_BY_SIGNATURE = {b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg", b"GIF8": ".gif", b"RIFF": ".webp"}
_MAX_BYTES = 256 * 1024 * 1024
"""Limit of a picture, unpacked."""
_LOST_PICTURE = Block(Kind.PARAGRAPH, (Text("…"),), Place(""))
"""What stands in a note whose picture cannot be used."""


def open_archive(data: bytes) -> zipfile.ZipFile | None:
    """Return the archive that a document is, or None; raises one of DAMAGE."""
    return zipfile.ZipFile(BytesIO(data)) if zipfile.is_zipfile(BytesIO(data)) else None


@dataclass(frozen=True, slots=True)
class Pictures:
    """The pictures of a document that can be used."""

    files: dict[str, bytes]
    """Path in the book's folder -> content."""
    names: dict[str, str]
    """Address in the document -> path in the book's folder."""
    descriptions: Mapping[str, str]

    def rename(self, block: Block) -> Block | None:
        """Return a block with the paths of pictures, without those that cannot be used; None if nothing is left."""
        inlines = rename_pictures(block.content, self.names, self.descriptions)
        lost_picture = block.kind is Kind.FIGURE and not any(isinstance(i, Image) for i in inlines)
        kind = Kind.PARAGRAPH if lost_picture else block.kind
        return replace(block, content=inlines, kind=kind) if inlines or not block.content else None

    def rename_notes(self, notes: Sequence[RawNote]) -> tuple[RawNote, ...]:
        """Return notes whose blocks are renamed; a note of lost pictures alone stays, as its mark does."""
        return tuple(
            replace(n, blocks=tuple(filter(None, map(self.rename, n.blocks))) or (_LOST_PICTURE,)) for n in notes
        )


def extract_pictures(path: Path, data: bytes, blocks: Sequence[Block], prepared: PreparedDocument) -> Pictures:
    """Load the pictures of all blocks; report those that cannot be found or used in `prepared`."""
    pictures = Pictures({}, {}, prepared.descriptions)
    lost: dict[str, None] = {}
    load = _build_loader(path, data)
    stem = re.sub(r"[^\w-]+", "-", path.stem).strip("-").lower() or "picture"
    paths_by_content: dict[bytes, str] = {}
    for image in (i for b in blocks for i in walk(b.content) if isinstance(i, Image)):
        if image.source in pictures.names or image.source in lost:
            continue
        content = load(image.source)
        suffix = next((s for start, s in _SUFFIX_BY_SIGNATURE.items() if content and content.startswith(start)), "")
        if content and not suffix and re.search(rb"<svg[\s>]", content[:2000]):
            suffix = ".svg"
        if not content or not suffix:
            lost[image.source] = None
            continue
        picture_path = paths_by_content.setdefault(content, f"images/{stem}-{len(pictures.files) + 1}{suffix}")
        pictures.names[image.source] = picture_path
        pictures.files[picture_path] = content
    if lost:
        shown = ", ".join(source[:_MAX_ADDRESS] for source in list(lost)[:_MAX_LISTED])
        more = f" and {len(lost) - _MAX_LISTED} more" if len(lost) > _MAX_LISTED else ""
        prepared.losses.append(f"the picture{'s' if len(lost) > 1 else ''} {shown}{more}")
    return pictures


def _build_loader(path: Path, data: bytes) -> Callable[[str], bytes | None]:
    """Return a function that loads a picture from a data URL, the archive, or the folder of the file; nowhere else."""
    archive = open_archive(data)
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
            try:
                return archive.read(matches[0])
            except DAMAGE:
                return None
        try:
            file = (folder / unquote(source)).resolve()
            return file.read_bytes() if file.is_relative_to(folder) and file.is_file() else None
        except (OSError, ValueError):
            return None

    return load
