"""Parts of a printed edition joined into one PDF: takes fragments, returns bytes. Needs no renderer."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import pikepdf
from pikepdf import Array, Dictionary, Name, ObjectStreamMode, OutlineItem, Pdf, String

from bookbuild.pdf.engine.composites import Component, Composites
from bookbuild.pdf.engine.folios import choose_sample, write_number
from bookbuild.pdf.joining.fragment import FontUse, Fragment

_ARTIFACT = b"Q /Artifact <</Type /Pagination>> BDC /Furniture Do EMC"

Subsetter = Callable[[str, int, Sequence[int], Composites], bytes]
"""Subsets a font: takes its file's SHA-256, number of glyphs, glyphs wanted, composites by the glyph they become."""


@dataclass(frozen=True, slots=True)
class PlacedFragment:
    """A fragment in its place."""

    fragment: Fragment
    furniture: Fragment
    """Samples of the running heads and page numbers of its pages."""
    first: int = 1
    """The number of its first page."""
    skipped: int = 0
    """Pages before it that have the same running heads."""
    shifts: tuple[float, ...] = ()
    """pt by which each page's text moves to the right; empty if none moves."""


Opened = dict[int, Pdf]
"""Fragments that were opened in advance, by the id() of their bytes."""


def open_fragments(fragments: Iterable[Fragment]) -> Opened:
    """Open fragments for join(), while others are still drawn."""
    return {id(fragment.data): _open(fragment) for fragment in fragments}


def join(parts: Sequence[PlacedFragment], subset: Subsetter, opened: Opened | None = None) -> bytes:
    """Join fragments, in order, and return the PDF; the first has the document's information.

    Those that were `opened` before cannot be used again after that.
    """
    joiner = _FileJoiner(parts, subset, opened or {})
    for part in parts:
        joiner.add_part(part)
    return joiner.write()


class _FileJoiner:
    """Joins one file."""

    def __init__(self, parts: Sequence[PlacedFragment], subset: Subsetter, opened: Opened) -> None:
        self.opened = opened
        self.pdf = _open(parts[0].fragment)
        """The first part gives the catalogue; its pages are added again as those of the others."""
        del self.pdf.pages[:]
        self.sources: list[Pdf] = []
        """Streams are copied from them when the file is written."""
        self.fonts, self.composites = _collect_fonts(parts)
        self.files = {
            sha256: self.pdf.make_stream(data := self._subset(subset, sha256), Length1=len(data))
            for sha256 in self.fonts
        }
        self.furniture: dict[int, tuple[list[tuple[bytes, Array]], pikepdf.Object]] = {}
        self.begins: dict[float, pikepdf.Stream] = {}
        self.call = self.pdf.make_stream(_ARTIFACT)
        self.pictures: dict[str, pikepdf.Object] = {}
        """By SHA-256, so that a picture of several parts stands in the file once."""
        self.kids = Array()
        self.parents = Array()
        self.anchors: dict[bytes, Array] = {}
        self.bookmarks: list[tuple[int, str, Array]] = []

    def _subset(self, subset: Subsetter, sha256: str) -> bytes:
        count, glyphs = self.fonts[sha256]
        return subset(sha256, count, sorted(glyphs), {glyph: key for key, glyph in self.composites[sha256].items()})

    def add_part(self, part: PlacedFragment) -> None:
        """Add a fragment's pages, and what leads to them."""
        source = self.opened.get(id(part.fragment.data)) or _open(part.fragment)
        self.sources.append(source)
        first = len(self.pdf.pages)
        for page in source.pages:
            self.pdf.pages.append(page)
        pages = self.pdf.pages[first:]
        shifts = part.shifts or (0.0,) * len(pages)
        self._share_streams(pages[0].Resources, part.fragment)
        samples, heads = self._open_furniture(part.furniture)
        offset = len(self.parents) // 2
        for n, (page, shift) in enumerate(zip(pages, shifts, strict=True)):
            content, box = samples[choose_sample(part.skipped + n, len(samples))]
            form = self.pdf.make_stream(write_number(content, part.first + n, part.furniture.numbers))
            form.Type, form.Subtype, form.BBox, form.Resources = Name.XObject, Name.Form, box, heads
            self._add_furniture(page, form, shift)
            _place_annotations(page, offset, shift)
        if "/StructTreeRoot" in source.Root:
            self._add_tags(source.Root.StructTreeRoot, offset)
        places = {page.objgen: n for n, page in enumerate(source.pages)}
        names = list(source.Root.get("/Names", Dictionary()).get("/Dests", Dictionary()).get("/Names", Array()))
        for name, target in zip(*[iter(names)] * 2, strict=True):
            n = places[target[0].objgen]
            place = Array([pages[n].obj, Name.XYZ, float(target[2]) + shifts[n], target[3], 0])
            self.anchors.setdefault(bytes(name), place)
        for level, label, n, x, y in part.fragment.bookmarks:
            self.bookmarks.append((level, label, Array([pages[n].obj, Name.XYZ, x + shifts[n], y, 0])))

    def _open_furniture(self, fragment: Fragment) -> tuple[list[tuple[bytes, Array]], pikepdf.Object]:
        """Return content and size of the samples of running heads and page numbers, and their common resources."""
        if id(fragment) not in self.furniture:
            furniture = _open(fragment)
            self.sources.append(furniture)
            heads = self.pdf.copy_foreign(furniture.pages[0].Resources)
            self._share_streams(heads, fragment)
            samples = [(page.Contents.read_bytes(), Array(page.mediabox)) for page in furniture.pages]
            self.furniture[id(fragment)] = samples, heads
        return self.furniture[id(fragment)]

    def _share_streams(self, resources: pikepdf.Object, fragment: Fragment) -> None:
        """Let a part's resources name the font files and pictures that all parts share."""
        for font in resources.get("/Font", Dictionary()).values():
            descendant = font.get("/DescendantFonts", [Dictionary()])[0]
            descriptor = descendant.get("/FontDescriptor", Dictionary())
            if use := "/FontFile2" in descriptor and fragment.fonts.get(descriptor.FontFile2.read_bytes()):
                descriptor.FontFile2 = self.files[use.sha256]
                self._map_glyphs(descendant, use)
        self._share_pictures(resources)

    def _map_glyphs(self, descendant: pikepdf.Object, use: FontUse) -> None:
        """Write which glyph of the common font each code of a part stands for."""
        known = self.composites[use.sha256]
        codes = {code: known[parts, advance] for code, parts, advance in use.composites}
        if any(code != glyph for code, glyph in codes.items()):
            table = bytearray(2 * (max(*codes, *use.glyphs) + 1))
            for code, glyph in [*((glyph, glyph) for glyph in use.glyphs), *codes.items()]:
                table[2 * code : 2 * code + 2] = glyph.to_bytes(2, "big")
            descendant.CIDToGIDMap = self.pdf.make_stream(bytes(table))

    def _share_pictures(self, resources: pikepdf.Object) -> None:
        for name, item in resources.get("/XObject", Dictionary()).items():
            if item.Subtype == Name.Image:
                resources.XObject[name] = self.pictures.setdefault(_hash_picture(item), item)
            else:
                self._share_pictures(item.get("/Resources", Dictionary()))

    def _add_furniture(self, page: pikepdf.Page, form: pikepdf.Object, shift: float) -> None:
        """Draw running heads and page numbers over a page whose own content is moved to the right."""
        if shift not in self.begins:
            self.begins[shift] = self.pdf.make_stream(f"q 1 0 0 1 {shift:.6f} 0 cm".encode() if shift else b"q")
        resources = Dictionary(dict(page.Resources.items()))
        resources.XObject = Dictionary(dict(page.Resources.XObject.items()))
        resources.XObject.Furniture = form
        page.Resources = resources
        page.Contents = Array([self.begins[shift], page.Contents, self.call])

    def _add_tags(self, foreign: pikepdf.Object, offset: int) -> None:
        """Add a part's elements, and what its pages and annotations lead to."""
        root = self.pdf.copy_foreign(foreign)
        self.kids.extend(root.K[0].K)
        for key, value in zip(*[iter(root.ParentTree.Nums)] * 2, strict=True):
            self.parents.extend(Array([offset + int(key), value]))

    def write(self) -> bytes:
        """Write what holds the parts together, and return the file."""
        pdf = self.pdf
        if self.kids:
            root = pdf.Root.StructTreeRoot = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
            document = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, K=self.kids, P=root))
            for kid in self.kids:
                kid.P = document
            root.K = Array([document])
            root.ParentTree = pdf.make_indirect(Dictionary(Nums=self.parents))
        if self.anchors:
            names = Array()
            for name, place in sorted(self.anchors.items()):
                names.extend([String(name), place])
            pdf.Root.Names = Dictionary(Dests=pdf.make_indirect(Dictionary(Names=names)))
        with pdf.open_outline() as outline:
            outline.root.clear()
            above = [(0, outline.root)]
            for level, label, place in self.bookmarks:
                item = OutlineItem(label, destination=place)
                while above[-1][0] >= level and len(above) > 1:
                    above.pop()
                above[-1][1].append(item)
                above.append((level, item.children))
        file = io.BytesIO()
        pdf.save(file, object_stream_mode=ObjectStreamMode.generate, deterministic_id=True, min_version="1.7")
        return file.getvalue()


def _open(fragment: Fragment) -> Pdf:
    return pikepdf.open(io.BytesIO(fragment.data))


def _hash_picture(picture: pikepdf.Object) -> str:
    digest = hashlib.sha256(picture.read_raw_bytes())
    for key, value in sorted(picture.stream_dict.items()):
        value_digest = _hash_picture(value) if isinstance(value, pikepdf.Stream) else repr(value)
        digest.update(f"{key} {value_digest}".encode())
    return digest.hexdigest()


def _place_annotations(page: pikepdf.Page, offset: int, shift: float) -> None:
    """Move a page's annotations with its text; count the keys of the parent tree on from those of other parts."""
    if "/StructParents" in page:
        page.StructParents += offset
    for annotation in page.get("/Annots", []):
        if "/StructParent" in annotation:
            annotation.StructParent += offset
        left, bottom, right, top = annotation.Rect
        annotation.Rect = Array([float(left) + shift, bottom, float(right) + shift, top])


def _collect_fonts(
    parts: Sequence[PlacedFragment],
) -> tuple[dict[str, tuple[int, set[int]]], Mapping[str, dict[tuple[tuple[Component, ...], int], int]]]:
    """Return what all parts need of each font file: number of glyphs and glyphs used; the glyph of each composite."""
    fonts: dict[str, tuple[int, set[int]]] = {}
    wanted: dict[str, set[tuple[tuple[Component, ...], int]]] = {}
    for use in [use for part in parts for which in (part.fragment, part.furniture) for use in which.fonts.values()]:
        fonts.setdefault(use.sha256, (use.count, set()))[1].update(use.glyphs)
        keys = wanted.setdefault(use.sha256, set())
        keys.update((components, advance) for _, components, advance in use.composites)
    composites = {
        sha256: {key: fonts[sha256][0] + n for n, key in enumerate(sorted(keys))} for sha256, keys in wanted.items()
    }
    return dict(sorted(fonts.items())), composites
