"""A book in, the checked bytes of the pictures that its texts name out."""

from __future__ import annotations

import io
import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bookbuild.model.book import Book
from bookbuild.model.errors import SourceError, find_nearest
from bookbuild.model.findings import Finding, Place
from bookbuild.model.inline import Image, walk
from bookbuild.model.project import Project, read_file, unreadable_error
from bookbuild.work.xml import parse_xml

LARGEST = 64 * 1024 * 1024
"""Bytes of one picture."""
_MEDIA_TYPES = {
    "PNG": ("image/png", ".png"),
    "JPEG": ("image/jpeg", ".jpg"),
    "GIF": ("image/gif", ".gif"),
    "WEBP": ("image/webp", ".webp"),
    "MPO": ("image/jpeg", ".jpg"),  # what many telephones call their JPEGs
}
_SVG = "{http://www.w3.org/2000/svg}"
_ACTIVE = frozenset({"script", "foreignObject", "set", "animate", "animateMotion", "animateTransform", "iframe", "a"})
"""SVG elements that run scripts, move or link elsewhere."""
_RASTER = re.compile(r"data:image/(png|jpeg|gif|webp)[;,]", re.IGNORECASE)
_OUTSIDE = re.compile(r"url\(\s*['\"]?\s*(?!#)|@import|\\", re.IGNORECASE)
"""In styles and attributes: an address outside the file; a backslash could hide one."""
_MOST_SHAPES = 20_000
"""Elements that an SVG may have once all its references are followed."""
_SAVE = "save it again as PNG or JPEG"


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture, with the name that it has in every output."""

    name: str
    """images/i1.png, numbered in the order of use: the same on every machine, safe in a URL."""
    media_type: str
    data: bytes
    width: float | None = None
    """In em; only of an SVG that has no width of its own, which engines would guess differently."""


def read_pictures(project: Project, book: Book) -> dict[str, Picture]:
    """Return the picture of every image in a book, by the path that the text gives.

    Raises SourceError with every image that is missing, damaged, too large or of an unknown kind (I001).
    """
    pictures: dict[str, Picture] = {}
    findings: list[Finding] = []
    failed: set[str] = set()  # a picture that two languages show is reported once
    for unit in book.units():
        for block in unit.all_blocks:
            for inline in walk(block.content):
                if isinstance(inline, Image) and inline.source not in pictures and inline.source not in failed:
                    try:
                        name = f"images/i{len(pictures) + 1}"
                        pictures[inline.source] = read_picture(project, book.slug, inline.source, block.place, name)
                    except SourceError as error:
                        findings += error.findings
                        failed.add(inline.source)
    if findings:
        raise SourceError(findings)
    return pictures


def read_picture(project: Project, slug: str, source: str, place: Place, name: str) -> Picture:
    """Read and check one picture of a book's folder.

    `place` is where the text names it, `name` what it is called in outputs, without the suffix. Raises SourceError if
    it is missing, damaged, too large or of an unknown kind.
    """
    folder = project.source / slug
    path = folder / source
    try:
        if not path.is_file():
            similar = find_nearest(source, _list_files(project, folder, path.parent))
            advice = (
                f"did you mean {similar!r}?" if similar else "copy it into the book's folder, for example to images/"
            )
            raise SourceError([Finding("I001", place, f"there is no image {source!r}", advice)])
    except (OSError, RuntimeError, ValueError) as error:  # ValueError: a name with a null byte
        if isinstance(error, ValueError):
            raise SourceError([Finding("I001", place, f"there is no image {source!r}", "fix its name")]) from None
        raise unreadable_error(project, path, error) from None
    data = read_file(project, path)
    if len(data) > LARGEST:
        raise SourceError([Finding("I001", place, f"the image {source!r} is larger than 64 MiB", _SAVE)])
    if path.suffix.lower() == ".svg":
        return _read_svg(data, source, place, name)
    media_type, extension = _check_raster(data, source, place)
    return Picture(f"{name}{extension}", media_type, data)


def _check_raster(data: bytes, source: str, place: Place) -> tuple[str, str]:
    from PIL import Image as Pillow

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # EXIF data that end too early
            warnings.simplefilter("error", Pillow.DecompressionBombWarning)
            # only these decoders: others call programs installed on the machine
            with Pillow.open(io.BytesIO(data), formats=[*_MEDIA_TYPES]) as opened:
                kind = opened.format or ""
                opened.verify()
            with Pillow.open(io.BytesIO(data), formats=[*_MEDIA_TYPES]) as opened:
                opened.load()
                opened.getexif()  # its orientation; some programs write rubbish there
    except Exception:  # noqa: BLE001 - decoders raise whatever a damaged file makes them meet
        message = f"the image {source!r} is damaged or of an unknown kind"
        raise SourceError([Finding("I001", place, message, _SAVE)]) from None
    return _MEDIA_TYPES[kind]


def _read_svg(data: bytes, source: str, place: Place, name: str) -> Picture:
    from lxml import etree

    try:
        root = parse_xml(data)
    except etree.XMLSyntaxError as error:
        message = f"the image {source!r} is not well-formed SVG ({error.msg})"
        raise SourceError([Finding("I001", place, message, "export it again from your drawing program")]) from None
    if (
        root.tag != f"{_SVG}svg"
        or any(_is_unsafe(element) for element in root.iter())
        or _count_shapes(root) > _MOST_SHAPES
    ):
        message = f"the image {source!r} has scripts, links to other files, or is not SVG"
        raise SourceError([Finding("I001", place, message, "export it as plain SVG or PNG")])
    data = etree.tostring(root, encoding="utf-8")
    name, media_type = f"{name}.svg", "image/svg+xml"
    declared_width = root.get("width", "")
    if declared_width and not declared_width.endswith("%"):
        return Picture(name, media_type, data)
    box = [float(part) for part in re.findall(r"-?\d+(?:\.\d+)?", root.get("viewBox", ""))]
    width = box[2] if len(box) == 4 and box[2] > 0 else 300.0  # CSS 2.1, section 10.3.2
    return Picture(name, media_type, data, round(width / 16, 2))


def _is_unsafe(element: Any) -> bool:
    """Return whether an SVG element runs a script or refers to something outside the file."""
    if not isinstance(element.tag, str):
        return "entity" in type(element).__name__.lower() or "processing" in type(element).__name__.lower()
    name = element.tag.rpartition("}")[2]
    if name in _ACTIVE or (name == "style" and _OUTSIDE.search("".join(element.itertext()))):
        return True
    for key, value in element.attrib.items():
        attribute = key.rpartition("}")[2].lower()
        if attribute.startswith("on") or _OUTSIDE.search(value):
            return True
        if attribute in {"href", "src"} and not (value.startswith("#") or _RASTER.match(value)):
            return True
    return False


def _count_shapes(root: Any) -> float:
    """Count elements with all references followed; infinite where these form a circle."""
    elements = {element.get("id"): element for element in root.iter() if element.get("id")}
    totals: dict[str, float] = {}

    def count(element: Any, above: frozenset[str]) -> float:
        total = 0.0
        for inner in element.iter():
            total += 1
            href = inner.get("href") or inner.get("{http://www.w3.org/1999/xlink}href") or ""
            target = href.removeprefix("#")
            if inner.tag == f"{_SVG}use" and target in elements:
                if target in above or len(above) > 30:
                    return float("inf")
                if target not in totals:
                    totals[target] = count(elements[target], above | {target})
                total += totals[target]
        return total

    return count(root, frozenset())


def _list_files(project: Project, folder: Path, beside: Path) -> list[str]:
    """Return the paths of the files in the folder of a missing one; none outside the project."""
    if not beside.resolve().is_relative_to(project.root):
        return []
    return [p.relative_to(folder).as_posix() for p in sorted(beside.glob("*")) if p.is_file()]
