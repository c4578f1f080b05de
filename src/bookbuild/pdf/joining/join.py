"""Parts of a printed edition put together into one PDF: fragments in, bytes out. Needs no renderer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bookbuild.pdf.engine.composites import Component
from bookbuild.pdf.joining.file import PdfFile
from bookbuild.pdf.joining.fragment import KEY, Fragment, Leaf, Use
from bookbuild.pdf.joining.syntax import decimal, filled, string

CATALOG, PAGES, INFO, ROOT, DOCUMENT, PARENTS, OUTLINES, NAMES, BEGIN, CALL, FIRST = range(1, 12)
"""The first objects of the file; what parts bring follows."""
_KEYS = re.compile(KEY + rb"(\d+)" + KEY)
_IN_NODE = 400
"""Names in one node of the tree of destinations."""
_ARTIFACT = b"Q /Artifact <</Type /Pagination>> BDC /Furniture Do EMC"

Subset = Callable[[str, int, Sequence[int], Mapping[int, tuple[tuple[Component, ...], int]]], bytes]
"""Cuts a font down: SHA-256 of its file, number of its glyphs, glyphs wanted, composites by the glyph they become."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A fragment in its place."""

    fragment: Fragment
    furniture: Fragment | None
    """Running heads and page numbers of the same pages."""
    shifts: tuple[float, ...] = ()
    """pt that each page's text moves to the right; none if no page's does."""


def join(parts: Sequence[Bound], subset: Subset, *, identified: bool = False) -> bytes:
    """Put fragments together, in order; the first gives the document's information.

    `identified` asks for a file identifier, as PDF/A has it.
    """
    return _Joining(parts, subset).made(identified=identified)


class _Joining:
    """Joins one file."""

    def __init__(self, parts: Sequence[Bound], subset: Subset) -> None:
        self.parts = parts
        self.subset = subset
        self.file = PdfFile(FIRST)
        self.file.write(b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n")
        self.shared: dict[str, int] = {}
        self.maps: dict[bytes, int] = {}
        self.begins: dict[float, int] = {0.0: BEGIN}
        self.fonts, self.composites = _fonts(parts)
        self.files: dict[str, int] = {}
        self.pages: list[int] = []
        self.total = sum(len(part.fragment.leaves) for part in parts)
        self.annotations = self.total
        self.kids: list[bytes] = []
        self.page_nodes: list[bytes] = []
        self.other_nodes: list[bytes] = []
        self.anchors: dict[str, bytes] = {}
        self.bookmarks: list[tuple[int, str, bytes]] = []
        self.catalog = b""
        self.info = b""

    def made(self, *, identified: bool) -> bytes:
        file = self.file
        file.stream(BEGIN, b"", b"q", packed=False)
        file.stream(CALL, b"", _ARTIFACT, packed=False)
        for sha256, (count, glyphs) in self.fonts.items():
            number = self.files[sha256] = file.new()
            composites = {glyph: key for key, glyph in self.composites[sha256].items()}
            data = self.subset(sha256, count, sorted(glyphs), composites)
            file.stream(number, b"/Length1 %d" % len(data), data)
        for part in self.parts:
            self._part(part)
        self._closing()
        file.pack()
        return file.finish(CATALOG, INFO, identified=identified)

    # ------------------------------------------------------------------ parts

    def _part(self, part: Bound) -> None:
        fragment, file = part.fragment, self.file
        numbers, streams = self._numbers(fragment)
        annotations = self.annotations
        pages = len(fragment.leaves)
        first = len(self.pages)

        written = [b"%d" % number for number in numbers]
        keys = annotations - pages

        def placed(data: bytes) -> bytes:
            if KEY in data:
                data = _KEYS.sub(lambda m: b"%d" % (keys + int(m[1])), data)
            return filled(data, written)

        forms = self._furniture(part.furniture)
        self._objects(fragment, placed, numbers)
        for number, head, body in streams:
            file.add(numbers[number], b"<<", placed(head), b">>\nstream\n", body, b"\nendstream")
        shifts = part.shifts or (0.0,) * pages
        for n, (leaf, shift) in enumerate(zip(fragment.leaves, shifts, strict=True)):
            self._page(leaf, numbers, placed, first + n, forms[n] if forms else 0, shift)
        self._tags(fragment, placed, first)
        for name, n, x, y in fragment.anchors:
            place = b"[%d 0 R /XYZ %s %s 0]" % (self.pages[first + n], decimal(x + shifts[n]), decimal(y))
            self.anchors.setdefault(name, place)
        for level, label, n, x, y, _ in fragment.bookmarks:
            place = b"[%d 0 R /XYZ %s %s 0]" % (self.pages[first + n], decimal(x + shifts[n]), decimal(y))
            self.bookmarks.append((level, label, place))
        if not self.catalog:
            self.catalog, self.info = placed(fragment.catalog), placed(fragment.info)
        file.pack()

    def _numbers(self, fragment: Fragment) -> tuple[list[int], list[tuple[int, bytes, bytes]]]:
        """Give each object of a fragment its number in the file, and the streams that are not there yet."""
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

    def _objects(self, fragment: Fragment, placed: Callable[[bytes], bytes], numbers: Sequence[int]) -> None:
        mapped = {use.descendant: use for use in fragment.fonts.values()}
        # one pass over all of them: a call for each would take four times as long
        written = placed(b"\0".join(data for _, data in fragment.plain)).split(b"\0") if fragment.plain else []
        for n, (number, _) in enumerate(fragment.plain):
            if number in mapped:
                own = b"/CIDToGIDMap " + self._map(mapped[number])
                written[n] = written[n].replace(b"/CIDToGIDMap /Identity", own)
        self.file.several([numbers[number] for number, _ in fragment.plain], written)

    def _map(self, use: Use) -> bytes:
        """Write which glyph of the common font each code of a part stands for."""
        known = self.composites[use.sha256]
        codes = {code: known[parts, advance] for code, parts, advance in use.composites}
        if all(code == glyph for code, glyph in codes.items()):
            return b"/Identity"
        table = bytearray(2 * (max(*codes, *use.glyphs, 0) + 1))
        for code, glyph in [*((glyph, glyph) for glyph in use.glyphs), *codes.items()]:
            table[2 * code : 2 * code + 2] = glyph.to_bytes(2, "big")
        content = bytes(table)
        if content not in self.maps:
            self.maps[content] = self.file.new()
            self.file.stream(self.maps[content], b"", content)
        return b"%d 0 R" % self.maps[content]

    def _page(
        self, leaf: Leaf, numbers: Sequence[int], placed: Callable[[bytes], bytes], index: int, form: int, shift: float
    ) -> None:
        furniture = b"/Furniture %d 0 R" % form if form else b""
        if shift not in self.begins:
            self.begins[shift] = self.file.new()
            self.file.stream(self.begins[shift], b"", b"q 1 0 0 1 %s 0 cm" % decimal(shift), packed=False)
        contents = b"[%d 0 R %d 0 R %d 0 R]" % (self.begins[shift], numbers[leaf.contents], CALL)
        if not form:
            contents = b"%d 0 R" % numbers[leaf.contents]
        self.pages.append(numbers[leaf.number])
        self.file.plain(
            numbers[leaf.number],
            b"".join((
                b"<</Type /Page/Parent %d 0 R/Contents %s" % (PAGES, contents),
                b"/Resources <<%s/XObject <<%s %s>>>>" % (placed(leaf.resources), placed(leaf.x_objects), furniture),
                b"/StructParents %d" % index,
                placed(leaf.entries),
                b">>",
            )),
        )  # fmt: skip

    def _furniture(self, fragment: Fragment | None) -> list[int]:
        """Write running heads and page numbers as forms; gives their numbers."""
        if fragment is None:
            return []
        numbers, streams = self._numbers(fragment)
        forms = {leaf.contents: leaf for leaf in fragment.leaves}

        written = [b"%d" % number for number in numbers]

        def placed(data: bytes) -> bytes:
            return filled(data, written)

        self._objects(fragment, placed, numbers)
        for number, head, body in streams:
            if leaf := forms.get(number):
                resources = placed(b"<<%s/XObject <<%s>>>>" % (leaf.resources, leaf.x_objects))
                head = b"/Type /XObject/Subtype /Form/BBox %s/Resources %s" % (leaf.box, resources) + head  # noqa: PLW2901
            self.file.add(numbers[number], b"<<", placed(head), b">>\nstream\n", body, b"\nendstream")
        return [numbers[leaf.contents] for leaf in fragment.leaves]

    def _tags(self, fragment: Fragment, placed: Callable[[bytes], bytes], first: int) -> None:
        if not fragment.document:
            return
        self.kids.append(placed(fragment.kids))
        pages = len(fragment.leaves)
        values = placed(b"\0".join(fragment.parents)).split(b"\0")
        self.page_nodes.append(self._node(first, values[:pages]))
        if values[pages:]:
            self.other_nodes.append(self._node(self.annotations, values[pages:]))
            self.annotations += len(values) - pages

    def _node(self, first: int, values: Sequence[bytes]) -> bytes:
        number = self.file.new()
        numbered = b" ".join(b"%d %s" % (first + n, value) for n, value in enumerate(values))
        self.file.plain(number, b"<</Limits [%d %d]/Nums [%s]>>" % (first, first + len(values) - 1, numbered))
        return b"%d 0 R" % number

    # ------------------------------------------------------------------ the whole

    def _closing(self) -> None:
        file = self.file
        more = b""
        if self.kids:
            file.plain(ROOT, b"<</Type /StructTreeRoot/ParentTree %d 0 R/K [%d 0 R]>>" % (PARENTS, DOCUMENT))
            kids = b" ".join(self.kids)
            file.plain(DOCUMENT, b"<</Type /StructElem/S /Document/K [%s]/P %d 0 R>>" % (kids, ROOT))
            file.plain(PARENTS, b"<</Kids [%s]>>" % b" ".join([*self.page_nodes, *self.other_nodes]))
            more += b"/StructTreeRoot %d 0 R" % ROOT
        listed = b" ".join(b"%d 0 R" % number for number in self.pages)
        file.plain(PAGES, b"<</Type /Pages/Count %d/Kids [%s]>>" % (len(self.pages), listed))
        if self.anchors:
            self._names()
            more += b"/Names <</Dests %d 0 R>>" % NAMES
        if self.bookmarks:
            self._outlines()
            more += b"/Outlines %d 0 R" % OUTLINES
        file.plain(CATALOG, b"<</Type /Catalog/Pages %d 0 R%s%s>>" % (PAGES, self.catalog, more))
        file.plain(INFO, b"<<" + self.info + b">>")

    def _names(self) -> None:
        names = sorted((string(name), place) for name, place in self.anchors.items())
        nodes = []
        for start in range(0, len(names), _IN_NODE):
            some = names[start : start + _IN_NODE]
            number = self.file.new()
            pairs = b" ".join(name + b" " + place for name, place in some)
            self.file.plain(number, b"<</Limits [%s %s]/Names [%s]>>" % (some[0][0], some[-1][0], pairs))
            nodes.append(b"%d 0 R" % number)
        self.file.plain(NAMES, b"<</Kids [%s]>>" % b" ".join(nodes))

    def _outlines(self) -> None:
        """Write the outline: an entry belongs to the last one before it of a lower level."""
        numbers = [self.file.new() for _ in self.bookmarks]
        children: dict[int, list[int]] = {OUTLINES: []}
        above: list[tuple[int, int]] = [(0, OUTLINES)]
        parents = []
        for number, (level, _, _) in zip(numbers, self.bookmarks, strict=True):
            while above[-1][0] >= level and len(above) > 1:
                above.pop()
            parents.append(above[-1][1])
            children.setdefault(above[-1][1], []).append(number)
            above.append((level, number))
        places = {number: at for beside in children.values() for at, number in enumerate(beside)}
        below: dict[int, int] = {}
        for number, parent in zip(reversed(numbers), reversed(parents), strict=True):
            below[parent] = below.get(parent, 0) + 1 + below.get(number, 0)
        for number, parent, (_, label, place) in zip(numbers, parents, self.bookmarks, strict=True):
            beside, at = children[parent], places[number]
            entries = [
                b"/Title %s/Dest %s/Parent %d 0 R/Count %d" % (string(label), place, parent, below.get(number, 0))
            ]
            entries += [b"/Prev %d 0 R" % beside[at - 1]] if at else []
            entries += [b"/Next %d 0 R" % beside[at + 1]] if at + 1 < len(beside) else []
            entries += [b"/First %d 0 R/Last %d 0 R" % (mine[0], mine[-1])] if (mine := children.get(number)) else []
            self.file.plain(number, b"<<" + b"".join(entries) + b">>")
        ends = children[OUTLINES][0], children[OUTLINES][-1]
        self.file.plain(OUTLINES, b"<</Count %d/First %d 0 R/Last %d 0 R>>" % (below[OUTLINES], *ends))


def _fonts(
    parts: Sequence[Bound],
) -> tuple[dict[str, tuple[int, set[int]]], dict[str, dict[tuple[tuple[Component, ...], int], int]]]:
    """Give what all parts together need of each font file: glyphs, and composites with the glyph that each becomes."""
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
