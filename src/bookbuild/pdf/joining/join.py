"""Parts of a printed edition joined into one PDF: takes fragments, returns bytes. Needs no renderer."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bookbuild.pdf.engine.composites import Component, Composites
from bookbuild.pdf.joining.file import PdfFile
from bookbuild.pdf.joining.fragment import KEY, FontUse, Fragment, Leaf
from bookbuild.pdf.joining.syntax import fill_references, write_decimal, write_string

CATALOG, PAGES, INFO, ROOT, DOCUMENT, PARENTS, OUTLINES, NAMES, BEGIN, CALL, FIRST = range(1, 12)
"""Numbers of the first objects of the file; those of the parts follow."""
_KEYS = re.compile(KEY + rb"(\d+)" + KEY)
_NODE_SIZE = 400
"""Names per node of the tree of destinations."""
_ARTIFACT = b"Q /Artifact <</Type /Pagination>> BDC /Furniture Do EMC"

Subsetter = Callable[[str, int, Sequence[int], Composites], bytes]
"""Subsets a font: takes its file's SHA-256, number of glyphs, glyphs wanted, composites by the glyph they become."""


@dataclass(frozen=True, slots=True)
class PlacedFragment:
    """A fragment in its place."""

    fragment: Fragment
    furniture: Fragment | None
    """Running heads and page numbers of the same pages."""
    shifts: tuple[float, ...] = ()
    """pt by which each page's text moves to the right; empty if none moves."""


def join(parts: Sequence[PlacedFragment], subset: Subsetter, *, identified: bool = False) -> bytes:
    """Join fragments, in order, and return the PDF; the first has the document's information.

    `identified` adds a file identifier, as PDF/A requires.
    """
    return _FileJoiner(parts, subset).join(identified=identified)


class _FileJoiner:
    """Joins one file."""

    def __init__(self, parts: Sequence[PlacedFragment], subset: Subsetter) -> None:
        self.parts = parts
        self.subset = subset
        self.file = PdfFile(FIRST)
        self.file.write(b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n")
        self.shared: dict[str, int] = {}
        self.maps: dict[bytes, int] = {}
        self.begins: dict[float, int] = {0.0: BEGIN}
        self.fonts, self.composites = _collect_fonts(parts)
        self.files: dict[str, int] = {}  # number of each font file, by SHA-256
        self.pages: list[int] = []
        self.annotations = sum(len(part.fragment.leaves) for part in parts)
        """The next key of the parent tree; those of pages come first."""
        self.kids: list[bytes] = []
        self.page_nodes: list[bytes] = []
        self.other_nodes: list[bytes] = []
        self.anchors: dict[str, bytes] = {}
        self.bookmarks: list[tuple[int, str, bytes]] = []
        self.catalog = b""
        self.info = b""

    def join(self, *, identified: bool) -> bytes:
        """Write all parts and what holds them together, and return the file."""
        file = self.file
        file.write_stream(BEGIN, b"", b"q", compressed=False)
        file.write_stream(CALL, b"", _ARTIFACT, compressed=False)
        for sha256, (count, glyphs) in self.fonts.items():
            number = self.files[sha256] = file.reserve_number()
            composites = {glyph: key for key, glyph in self.composites[sha256].items()}
            data = self.subset(sha256, count, sorted(glyphs), composites)
            file.write_stream(number, b"/Length1 %d" % len(data), data)
        for part in self.parts:
            self._add_part(part)
        self._add_root_objects()
        file.write_object_stream()
        return file.finish(CATALOG, INFO, identified=identified)

    def _add_part(self, part: PlacedFragment) -> None:
        fragment, file = part.fragment, self.file
        numbers, streams = self._assign_numbers(fragment)
        annotations = self.annotations
        pages = len(fragment.leaves)
        first = len(self.pages)

        written = [b"%d" % number for number in numbers]
        keys = annotations - pages

        def fill(data: bytes) -> bytes:
            if KEY in data:
                data = _KEYS.sub(lambda m: b"%d" % (keys + int(m[1])), data)
            return fill_references(data, written)

        forms = self._add_furniture(part.furniture)
        self._add_objects(fragment, fill, numbers)
        for number, head, body in streams:
            file.write_object(numbers[number], b"<<", fill(head), b">>\nstream\n", body, b"\nendstream")
        shifts = part.shifts or (0.0,) * pages
        for n, (leaf, shift) in enumerate(zip(fragment.leaves, shifts, strict=True)):
            self._add_page(leaf, numbers, fill, first + n, forms[n] if forms else 0, shift)
        self._add_tags(fragment, fill, first)
        for name, n, x, y in fragment.anchors:
            place = b"[%d 0 R /XYZ %s %s 0]" % (self.pages[first + n], write_decimal(x + shifts[n]), write_decimal(y))
            self.anchors.setdefault(name, place)
        for level, label, n, x, y, _ in fragment.bookmarks:
            place = b"[%d 0 R /XYZ %s %s 0]" % (self.pages[first + n], write_decimal(x + shifts[n]), write_decimal(y))
            self.bookmarks.append((level, label, place))
        if not self.catalog:
            self.catalog, self.info = fill(fragment.catalog), fill(fragment.info)
        file.write_object_stream()

    def _assign_numbers(self, fragment: Fragment) -> tuple[list[int], list[tuple[int, bytes, bytes]]]:
        """Return the number of each object of a fragment in the file, and the streams that are not there yet."""
        base = self.file.count - 1
        self.file.count += fragment.count - 1
        numbers = [base + n for n in range(fragment.count)]
        if fragment.document:
            numbers[fragment.document] = DOCUMENT
        streams = []
        for number, head, body in fragment.streams:
            sha256 = fragment.shared.get(number)
            if sha256 is None or sha256 not in self.shared:
                streams.append((number, head, body))
            if sha256 is not None:
                numbers[number] = self.shared.setdefault(sha256, numbers[number])
        for number, use in fragment.fonts.items():
            numbers[number] = self.files[use.sha256]
        return numbers, streams

    def _add_objects(self, fragment: Fragment, fill: Callable[[bytes], bytes], numbers: Sequence[int]) -> None:
        mapped = {use.descendant: use for use in fragment.fonts.values()}
        # one pass over all of them: one call per object would take four times as long
        written = fill(b"\0".join(data for _, data in fragment.plain)).split(b"\0") if fragment.plain else []
        for n, (number, _) in enumerate(fragment.plain):
            if number in mapped:
                entry = b"/CIDToGIDMap " + self._add_glyph_map(mapped[number])
                written[n] = written[n].replace(b"/CIDToGIDMap /Identity", entry)
        self.file.add_objects([numbers[number] for number, _ in fragment.plain], written)

    def _add_glyph_map(self, use: FontUse) -> bytes:
        """Write which glyph of the common font each code of a part stands for; return the entry's value."""
        known = self.composites[use.sha256]
        codes = {code: known[parts, advance] for code, parts, advance in use.composites}
        if all(code == glyph for code, glyph in codes.items()):
            return b"/Identity"
        table = bytearray(2 * (max(*codes, *use.glyphs, 0) + 1))
        for code, glyph in [*((glyph, glyph) for glyph in use.glyphs), *codes.items()]:
            table[2 * code : 2 * code + 2] = glyph.to_bytes(2, "big")
        content = bytes(table)
        if content not in self.maps:
            self.maps[content] = self.file.reserve_number()
            self.file.write_stream(self.maps[content], b"", content)
        return b"%d 0 R" % self.maps[content]

    def _add_page(
        self, leaf: Leaf, numbers: Sequence[int], fill: Callable[[bytes], bytes], index: int, form: int, shift: float
    ) -> None:
        furniture = b"/Furniture %d 0 R" % form if form else b""
        if shift not in self.begins:
            self.begins[shift] = self.file.reserve_number()
            self.file.write_stream(
                self.begins[shift], b"", b"q 1 0 0 1 %s 0 cm" % write_decimal(shift), compressed=False
            )
        contents = b"[%d 0 R %d 0 R %d 0 R]" % (self.begins[shift], numbers[leaf.contents], CALL)
        if not form:
            contents = b"%d 0 R" % numbers[leaf.contents]
        self.pages.append(numbers[leaf.number])
        self.file.add_object(
            numbers[leaf.number],
            b"".join((
                b"<</Type /Page/Parent %d 0 R/Contents %s" % (PAGES, contents),
                b"/Resources <<%s/XObject <<%s %s>>>>" % (fill(leaf.resources), fill(leaf.x_objects), furniture),
                b"/StructParents %d" % index,
                fill(leaf.entries),
                b">>",
            )),
        )  # fmt: skip

    def _add_furniture(self, fragment: Fragment | None) -> list[int]:
        """Write running heads and page numbers as forms; return their numbers."""
        if fragment is None:
            return []
        numbers, streams = self._assign_numbers(fragment)
        forms = {leaf.contents: leaf for leaf in fragment.leaves}

        written = [b"%d" % number for number in numbers]

        def fill(data: bytes) -> bytes:
            return fill_references(data, written)

        self._add_objects(fragment, fill, numbers)
        for number, head, body in streams:
            form = b""
            if leaf := forms.get(number):
                resources = fill(b"<<%s/XObject <<%s>>>>" % (leaf.resources, leaf.x_objects))
                form = b"/Type /XObject/Subtype /Form/BBox %s/Resources %s" % (leaf.box, resources)
            self.file.write_object(numbers[number], b"<<", fill(form + head), b">>\nstream\n", body, b"\nendstream")
        return [numbers[leaf.contents] for leaf in fragment.leaves]

    def _add_tags(self, fragment: Fragment, fill: Callable[[bytes], bytes], first: int) -> None:
        if not fragment.document:
            return
        self.kids.append(fill(fragment.kids))
        pages = len(fragment.leaves)
        values = fill(b"\0".join(fragment.parents)).split(b"\0")
        self.page_nodes.append(self._add_node(first, values[:pages]))
        if values[pages:]:
            self.other_nodes.append(self._add_node(self.annotations, values[pages:]))
            self.annotations += len(values) - pages

    def _add_node(self, first: int, values: Sequence[bytes]) -> bytes:
        number = self.file.reserve_number()
        numbered = b" ".join(b"%d %s" % (first + n, value) for n, value in enumerate(values))
        self.file.add_object(number, b"<</Limits [%d %d]/Nums [%s]>>" % (first, first + len(values) - 1, numbered))
        return b"%d 0 R" % number

    def _add_root_objects(self) -> None:
        file = self.file
        more = b""
        if self.kids:
            file.add_object(ROOT, b"<</Type /StructTreeRoot/ParentTree %d 0 R/K [%d 0 R]>>" % (PARENTS, DOCUMENT))
            kids = b" ".join(self.kids)
            file.add_object(DOCUMENT, b"<</Type /StructElem/S /Document/K [%s]/P %d 0 R>>" % (kids, ROOT))
            file.add_object(PARENTS, b"<</Kids [%s]>>" % b" ".join([*self.page_nodes, *self.other_nodes]))
            more += b"/StructTreeRoot %d 0 R" % ROOT
        listed = b" ".join(b"%d 0 R" % number for number in self.pages)
        file.add_object(PAGES, b"<</Type /Pages/Count %d/Kids [%s]>>" % (len(self.pages), listed))
        if self.anchors:
            self._add_destinations()
            more += b"/Names <</Dests %d 0 R>>" % NAMES
        if self.bookmarks:
            self._add_outline()
            more += b"/Outlines %d 0 R" % OUTLINES
        file.add_object(CATALOG, b"<</Type /Catalog/Pages %d 0 R%s%s>>" % (PAGES, self.catalog, more))
        file.add_object(INFO, b"<<" + self.info + b">>")

    def _add_destinations(self) -> None:
        names = sorted((write_string(name), place) for name, place in self.anchors.items())
        nodes = []
        for start in range(0, len(names), _NODE_SIZE):
            some = names[start : start + _NODE_SIZE]
            number = self.file.reserve_number()
            pairs = b" ".join(name + b" " + place for name, place in some)
            self.file.add_object(number, b"<</Limits [%s %s]/Names [%s]>>" % (some[0][0], some[-1][0], pairs))
            nodes.append(b"%d 0 R" % number)
        self.file.add_object(NAMES, b"<</Kids [%s]>>" % b" ".join(nodes))

    def _add_outline(self) -> None:
        """Write the outline: an entry's parent is the last one before it of a lower level."""
        numbers = [self.file.reserve_number() for _ in self.bookmarks]
        children: dict[int, list[int]] = {OUTLINES: []}
        above: list[tuple[int, int]] = [(0, OUTLINES)]
        parents = []
        for number, (level, _, _) in zip(numbers, self.bookmarks, strict=True):
            while above[-1][0] >= level and len(above) > 1:
                above.pop()
            parents.append(above[-1][1])
            children.setdefault(above[-1][1], []).append(number)
            above.append((level, number))
        places = {number: n for siblings in children.values() for n, number in enumerate(siblings)}
        below: dict[int, int] = {}
        for number, parent in zip(reversed(numbers), reversed(parents), strict=True):
            below[parent] = below.get(parent, 0) + 1 + below.get(number, 0)
        for number, parent, (_, label, place) in zip(numbers, parents, self.bookmarks, strict=True):
            siblings, n = children[parent], places[number]
            entries = [
                b"/Title %s/Dest %s/Parent %d 0 R/Count %d" % (write_string(label), place, parent, below.get(number, 0))
            ]
            entries += [b"/Prev %d 0 R" % siblings[n - 1]] if n else []
            entries += [b"/Next %d 0 R" % siblings[n + 1]] if n + 1 < len(siblings) else []
            entries += [b"/First %d 0 R/Last %d 0 R" % (mine[0], mine[-1])] if (mine := children.get(number)) else []
            self.file.add_object(number, b"<<" + b"".join(entries) + b">>")
        ends = children[OUTLINES][0], children[OUTLINES][-1]
        self.file.add_object(OUTLINES, b"<</Count %d/First %d 0 R/Last %d 0 R>>" % (below[OUTLINES], *ends))


def _collect_fonts(
    parts: Sequence[PlacedFragment],
) -> tuple[dict[str, tuple[int, set[int]]], dict[str, dict[tuple[tuple[Component, ...], int], int]]]:
    """Return what all parts need of each font file: number of glyphs and glyphs used; the glyph of each composite."""
    fonts: dict[str, tuple[int, set[int]]] = {}
    wanted: dict[str, set[tuple[tuple[Component, ...], int]]] = {}
    for part in parts:
        for fragment in (part.fragment, part.furniture):
            for use in fragment.fonts.values() if fragment else ():
                fonts.setdefault(use.sha256, (use.count, set()))[1].update(use.glyphs)
                wanted.setdefault(use.sha256, set()).update(
                    (components, advance) for _, components, advance in use.composites
                )
    fonts = dict(sorted(fonts.items()))
    composites = {
        sha256: {key: fonts[sha256][0] + n for n, key in enumerate(sorted(keys))} for sha256, keys in wanted.items()
    }
    return fonts, composites
