"""The pictures that a book's texts name: files in, checked bytes out."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

from bookbuild.errors import SourceError, nearest
from bookbuild.findings import Finding, Place
from bookbuild.model import Book, Image, walk
from bookbuild.project import Project, read_file

LARGEST = 64 * 1024 * 1024
"""Bytes of one picture."""
_MEDIA_TYPES = {
    "PNG": ("image/png", ".png"),
    "JPEG": ("image/jpeg", ".jpg"),
    "GIF": ("image/gif", ".gif"),
    "WEBP": ("image/webp", ".webp"),
}
_ACTIVE = re.compile(
    rb"<\s*(script|foreignObject)\b|\bon\w+\s*=|<!ENTITY|(href|src)\s*=\s*[\"']\s*(?!#|data:image/)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture, under the name that it has in every output."""

    name: str
    """images/i1.png, numbered in the order of use: the same on every machine, safe in a URL."""
    media_type: str
    data: bytes
    width: float | None = None
    """In em; only of an SVG that has no width of its own, which engines would guess differently."""


def pictures(project: Project, book: Book) -> dict[str, Picture]:
    """Give source path to Picture for every image of a book.

    Raises SourceError with every image that is missing, damaged, too large or of an unknown kind.
    """
    found: dict[str, Picture] = {}
    findings: list[Finding] = []
    wrong: set[str] = set()  # a picture that two languages show is told of once
    for unit in book.units():
        for block in (*unit.blocks, *(b for side in unit.notes for note in side for b in note.blocks)):
            for inline in walk(block.content):
                if isinstance(inline, Image) and inline.source not in found and inline.source not in wrong:
                    try:
                        found[inline.source] = _picture(project, book, inline, block.place, len(found) + 1)
                    except SourceError as error:
                        findings += error.findings
                        wrong.add(inline.source)
    if findings:
        raise SourceError(findings)
    return found


def _picture(project: Project, book: Book, image: Image, place: Place, number: int) -> Picture:
    path = project.source / book.slug / image.source
    if not path.is_file():
        others = [p.relative_to(project.source / book.slug).as_posix() for p in path.parent.glob("*") if p.is_file()]
        near = nearest(image.source, others)
        advice = f"did you mean {near!r}?" if near else "copy it into the book's folder, for example to images/"
        raise SourceError([Finding("I001", place, f"there is no image {image.source!r}", advice)])
    data = read_file(project, path)
    advice = "save it anew as PNG or JPEG"
    if len(data) > LARGEST:
        raise SourceError([Finding("I001", place, f"the image {image.source!r} is larger than 64 MiB", advice)])
    if path.suffix.lower() == ".svg":
        return _svg(data, image, place, number)
    media_type, extension = _raster(data, image, place)
    return Picture(f"images/i{number}{extension}", media_type, data)


def _raster(data: bytes, image: Image, place: Place) -> tuple[str, str]:
    from PIL import Image as Pillow  # noqa: PLC0415 - only where there are pictures
    from PIL import UnidentifiedImageError  # noqa: PLC0415

    advice = "save it anew as PNG or JPEG"
    try:
        with Pillow.open(io.BytesIO(data)) as opened:
            kind = opened.format or ""
            opened.verify()
        with Pillow.open(io.BytesIO(data)) as opened:
            opened.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Pillow.DecompressionBombError):
        message = f"the image {image.source!r} is damaged or of an unknown kind"
        raise SourceError([Finding("I001", place, message, advice)]) from None
    if kind not in _MEDIA_TYPES:
        raise SourceError([Finding("I001", place, f"the image {image.source!r} is of the kind {kind}", advice)])
    return _MEDIA_TYPES[kind]


def _svg(data: bytes, image: Image, place: Place, number: int) -> Picture:
    from lxml import etree  # noqa: PLC0415 - only where there are pictures

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        message = f"the image {image.source!r} is not well-formed SVG ({error.msg})"
        raise SourceError([Finding("I001", place, message, "export it anew from your drawing program")]) from None
    if etree.QName(root).localname != "svg" or _ACTIVE.search(data):
        message = f"the image {image.source!r} has scripts, links to other files, or is no SVG"
        raise SourceError([Finding("I001", place, message, "export it as plain SVG or PNG")])
    name, media_type = f"images/i{number}.svg", "image/svg+xml"
    own = root.get("width", "")
    if own and not own.endswith("%"):
        return Picture(name, media_type, data)
    box = [float(part) for part in re.findall(r"-?\d+(?:\.\d+)?", root.get("viewBox", ""))]
    width = box[2] if len(box) == 4 and box[2] > 0 else 300.0  # CSS 2.1, section 10.3.2
    return Picture(name, media_type, data, round(width / 16, 2))
