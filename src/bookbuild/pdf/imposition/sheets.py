"""Imposition: takes a PDF and the order of its pages, returns sheets with text, tags, links and outline kept."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from bookbuild.pdf.imposition.order import PageSlot, Side

POINTS = 72 / 25.4
"""pt per mm."""
GAP = 5.0
"""mm between pages that share a side, and around them."""
TICK = 4.0
"""Length in mm of the marks that show where to fold."""

Placement = Callable[[PageSlot, tuple[float, float]], tuple[float, float, float]]
"""Takes a slot and the page's width and height in pt; returns scale and lower left corner in pt."""
Tick = tuple[float, float, float, float]
"""The ends of a mark: x and y of each, in mm."""


@dataclass(frozen=True, slots=True)
class _PlacedPage:
    """Where an old page has gone: its sheet and form, its scale and its lower left corner in pt."""

    sheet: Any
    form: Any
    scale: float
    x: float
    y: float

    def transform(self, numbers: Sequence[float]) -> list[float]:
        """Return coordinates, x and y in turn, on the sheet."""
        return [round(n * self.scale + (self.y if i % 2 else self.x), 3) for i, n in enumerate(numbers)]


def fold(data: bytes, sides: Sequence[Side], width: float, height: float) -> bytes:
    """Put two pages per side on sheets of this width and height in mm, the fold in the middle."""

    def place(slot: PageSlot, page: tuple[float, float]) -> tuple[float, float, float]:
        half, tall = width * POINTS / 2, height * POINTS
        scale = min(1.0, half / page[0], tall / page[1])
        # pages stand against the fold
        x = half - page[0] * scale if slot.column == 0 else half
        return scale, x + slot.shift * POINTS, (tall - page[1] * scale) / 2

    ticks: list[Tick] = [(width / 2, 0, width / 2, TICK), (width / 2, height - TICK, width / 2, height)]
    return _impose(data, sides, (width, height), place, ticks)


def is_wide(data: bytes) -> bool:
    """Return whether the first page is wider than it is high."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        left, bottom, right, top = (float(n) for n in pdf.pages[0].trimbox)
    return right - left > top - bottom


def tile(data: bytes, sides: Sequence[Side], width: float, height: float, cells: tuple[int, int]) -> bytes:
    """Put several pages per side on sheets of this width and height in mm, as large as possible.

    `cells` are the columns and rows of pages.
    """
    columns, rows = cells
    cell = ((width - GAP) / columns - GAP, (height - GAP) / rows - GAP)

    def place(slot: PageSlot, page: tuple[float, float]) -> tuple[float, float, float]:
        scale = min(cell[0] * POINTS / page[0], cell[1] * POINTS / page[1])
        left = (GAP + slot.column * (cell[0] + GAP)) * POINTS + (cell[0] * POINTS - page[0] * scale) / 2
        top = (GAP + slot.row * (cell[1] + GAP)) * POINTS + (cell[1] * POINTS - page[1] * scale) / 2
        return scale, left, height * POINTS - top - page[1] * scale

    return _impose(data, sides, (width, height), place, [])


def _impose(
    data: bytes, sides: Sequence[Side], paper: tuple[float, float], place: Placement, ticks: Sequence[Tick]
) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        old = list(pdf.pages)
        placed: dict[tuple[int, int], _PlacedPage] = {}
        for side in sides:
            _add_sheet(pdf, old, side, paper, place, ticks, placed)
        _retag(pdf, placed)
        _retarget(pdf, placed)
        for _ in old:
            del pdf.pages[0]
        preferences = pdf.Root.get("/ViewerPreferences", Dictionary())
        if "/Direction" in preferences:  # sheets are folded, not turned
            del preferences["/Direction"]
        preferences[Name.PrintScaling] = Name("/None")
        preferences[Name.Duplex] = Name.DuplexFlipShortEdge
        pdf.Root[Name.ViewerPreferences] = preferences
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.preserve)
        return out.getvalue()


def _add_sheet(
    pdf: pikepdf.Pdf,
    old: Sequence[pikepdf.Page],
    side: Side,
    paper: tuple[float, float],
    place: Placement,
    ticks: Sequence[Tick],
    placed: dict[tuple[int, int], _PlacedPage],
) -> None:
    width, height = paper[0] * POINTS, paper[1] * POINTS
    pdf.add_blank_page(page_size=(round(width, 3), round(height, 3)))
    sheet = pdf.pages[-1]
    forms, annotations = Dictionary(), Array()
    drawn: list[str] = []
    for number, slot in enumerate(side):
        if slot.page is None:
            continue
        page = old[slot.page]
        box = [float(n) for n in page.trimbox]
        scale, x, y = place(slot, (box[2] - box[0], box[3] - box[1]))
        form = pdf.make_indirect(page.as_form_xobject())
        name = Name(f"/P{number}")
        forms[name] = form
        if "/StructParents" in page.obj:
            form[Name.StructParents] = page.obj.StructParents
        matrix = [scale, 0, 0, scale, x - box[0] * scale, y - box[1] * scale]
        drawn.append(f"q {' '.join(f'{n:.5f}' for n in matrix)} cm {name} Do Q")
        placed_page = _PlacedPage(sheet.obj, form, scale, matrix[4], matrix[5])
        placed[page.obj.objgen] = placed_page
        for annotation in page.obj.get("/Annots", Array()):
            annotation[Name.Rect] = Array(placed_page.transform([float(n) for n in annotation.Rect]))
            annotation[Name.P] = sheet.obj
            annotations.append(annotation)
    sheet.obj[Name.Resources] = Dictionary(XObject=forms)
    sheet.obj[Name.Contents] = pdf.make_stream("\n".join([*drawn, *_draw_ticks(ticks)]).encode())
    sheet.obj[Name.Tabs] = Name.S
    if len(annotations):
        sheet.obj[Name.Annots] = annotations


def _draw_ticks(ticks: Sequence[Tick]) -> list[str]:
    """Draw marks where to fold, as artifacts, which screen readers skip."""
    ends = ([n * POINTS for n in tick] for tick in ticks)
    lines = [f"{x1:.3f} {y1:.3f} m {x2:.3f} {y2:.3f} l S" for x1, y1, x2, y2 in ends]
    return ["/Artifact BMC 0.3 w 0.6 G", *lines, "EMC"] if lines else []


def _retag(pdf: pikepdf.Pdf, placed: dict[tuple[int, int], _PlacedPage]) -> None:
    """Point structure elements to their content in the forms that pages have become (ISO 32000-1, 14.7.4.3)."""
    root = pdf.Root.get("/StructTreeRoot")
    waiting: list[Any] = [root.K] if root is not None else []
    seen: set[tuple[int, int]] = set()
    while waiting:
        element = waiting.pop()
        if isinstance(element, Array):
            waiting += list(element)
            continue
        if not isinstance(element, Dictionary) or (element.is_indirect and element.objgen in seen):
            continue
        seen.add(element.objgen)
        placed_page = placed.get(element.Pg.objgen) if "/Pg" in element else None
        if placed_page is not None:
            element[Name.Pg] = placed_page.sheet
        kids: Any = element.get("/K")
        if isinstance(kids, int):
            element[Name.K] = _write_content(kids, placed_page)
        numbered: list[Any] = list(kids) if isinstance(kids, Array) else []
        for n, kid in enumerate(numbered):
            if isinstance(kid, int):
                kids[n] = _write_content(kid, placed_page)
        waiting.append(kids)


def _write_content(number: int, placed_page: _PlacedPage | None) -> Dictionary | int:
    if placed_page is None:
        return number
    return Dictionary(Type=Name.MCR, Pg=placed_page.sheet, Stm=placed_page.form, MCID=number)


def _retarget(pdf: pikepdf.Pdf, placed: dict[tuple[int, int], _PlacedPage]) -> None:
    """Point links and the outline to the places where pages have gone."""
    for target in (target for item in pdf.objects for target in _find_destinations(item)):
        placed_page = placed.get(target[0].objgen) if isinstance(target[0], Dictionary) else None
        if placed_page is not None:
            target[0] = placed_page.sheet
            if len(target) > 3 and target[1] == Name.XYZ:
                target[2], target[3] = placed_page.transform([float(target[2]), float(target[3])])


def _find_destinations(item: object) -> Iterator[Array]:
    """Yield every array in an object that names a page and a place on it (ISO 32000-1, 12.3.2)."""
    if isinstance(item, pikepdf.Stream) or not isinstance(item, Dictionary):
        return
    for key, value in item.items():
        if isinstance(value, Array) and not value.is_indirect:
            if key in {"/Dest", "/D"}:
                yield value
            elif key == "/Names":
                yield from (target for target in list(value)[1::2] if isinstance(target, Array))
        elif isinstance(value, Dictionary) and not value.is_indirect:
            yield from _find_destinations(value)
