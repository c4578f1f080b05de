"""Pages of a finished PDF put on sheets, through pikepdf: text, tags, links and outline are kept."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Operator

from bookbuild.pdf.imposition.order import Side

POINTS = 72 / 25.4
"""pt in a mm."""
GAP = 5.0
"""mm between pages that share a side, and around them."""
TICK = 4.0
"""mm; the length of the marks that show where to fold."""


@dataclass(frozen=True, slots=True)
class _Placed:
    """Where an old page has gone."""

    sheet: Any
    form: Any
    scale: float
    x: float
    y: float

    def moved(self, numbers: Sequence[float]) -> list[float]:
        """Give coordinates, x and y in turn, on the sheet."""
        return [round(n * self.scale + (self.y if i % 2 else self.x), 3) for i, n in enumerate(numbers)]


def fold(data: bytes, sides: Sequence[Side], width: float, height: float) -> bytes:
    """Put two pages a side on sheets of that width and height in mm, the fold in the middle."""

    def place(number: int, page: tuple[float, float], shift: float) -> tuple[float, float, float]:
        half, tall = width * POINTS / 2, height * POINTS
        scale = min(1.0, half / page[0], tall / page[1])
        # pages stand against the fold
        x = half - page[0] * scale if number == 0 else half
        return scale, x + shift * POINTS, (tall - page[1] * scale) / 2

    ticks = [(width / 2, 0, width / 2, TICK), (width / 2, height - TICK, width / 2, height)]
    return _impose(data, sides, (width, height), lambda at, page: place(at.column, page, at.shift), ticks)


def is_wide(data: bytes) -> bool:
    """Tell whether the first page is wider than it is high."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        left, bottom, right, top = (float(n) for n in pdf.pages[0].trimbox)
    return right - left > top - bottom


def tile(data: bytes, sides: Sequence[Side], width: float, height: float, cells: tuple[int, int]) -> bytes:
    """Put several pages a side on sheets of that width and height in mm, as large as they can be.

    `cells` are the columns and rows of pages.
    """
    columns, rows = cells
    cell = ((width - GAP) / columns - GAP, (height - GAP) / rows - GAP)

    def place(column: int, row: int, page: tuple[float, float]) -> tuple[float, float, float]:
        scale = min(cell[0] * POINTS / page[0], cell[1] * POINTS / page[1])
        left = (GAP + column * (cell[0] + GAP)) * POINTS + (cell[0] * POINTS - page[0] * scale) / 2
        top = (GAP + row * (cell[1] + GAP)) * POINTS + (cell[1] * POINTS - page[1] * scale) / 2
        return scale, left, height * POINTS - top - page[1] * scale

    return _impose(data, sides, (width, height), lambda at, page: place(at.column, at.row, page), [])


def _impose(data: bytes, sides: Sequence[Side], paper: tuple[float, float], place: Any, ticks: Any) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        old = list(pdf.pages)
        placed: dict[tuple[int, int], _Placed] = {}
        for side in sides:
            _sheet(pdf, old, side, paper, place, ticks, placed)
        _retag(pdf, placed)
        _retarget(pdf, placed)
        for _ in old:
            del pdf.pages[0]
        preferences = pdf.Root.get("/ViewerPreferences", Dictionary())
        if "/Direction" in preferences:  # sheets are not turned, they are folded
            del preferences["/Direction"]
        preferences[Name.PrintScaling] = Name("/None")
        preferences[Name.Duplex] = Name.DuplexFlipShortEdge
        pdf.Root[Name.ViewerPreferences] = preferences
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.preserve)
        return out.getvalue()


def _sheet(
    pdf: pikepdf.Pdf,
    old: Sequence[pikepdf.Page],
    side: Side,
    paper: tuple[float, float],
    place: Any,
    ticks: Sequence[tuple[float, ...]],
    placed: dict[tuple[int, int], _Placed],
) -> None:
    width, height = paper[0] * POINTS, paper[1] * POINTS
    pdf.add_blank_page(page_size=(round(width, 3), round(height, 3)))
    sheet = pdf.pages[-1]
    forms, instructions, annotations = Dictionary(), [], Array()
    for number, at in enumerate(side):
        if at.page is None:
            continue
        page = old[at.page]
        box = [float(n) for n in page.trimbox]
        scale, x, y = place(at, (box[2] - box[0], box[3] - box[1]))
        form = pdf.make_indirect(page.as_form_xobject())
        name = Name(f"/P{number}")
        forms[name] = form
        if "/StructParents" in page.obj:
            form[Name.StructParents] = page.obj.StructParents
        matrix = [scale, 0, 0, scale, x - box[0] * scale, y - box[1] * scale]
        instructions += [
            ([], Operator("q")),
            ([round(n, 5) for n in matrix], Operator("cm")),
            ([name], Operator("Do")),
            ([], Operator("Q")),
        ]
        here = _Placed(sheet.obj, form, scale, matrix[4], matrix[5])
        placed[page.obj.objgen] = here
        for annotation in page.obj.get("/Annots", Array()):
            annotation[Name.Rect] = Array(here.moved([float(n) for n in annotation.Rect]))
            annotation[Name.P] = sheet.obj
            annotations.append(annotation)
    instructions += _ticks(ticks)
    sheet.obj[Name.Resources] = Dictionary(XObject=forms)
    sheet.obj[Name.Contents] = pdf.make_stream(pikepdf.unparse_content_stream(instructions))
    sheet.obj[Name.Tabs] = Name.S
    if len(annotations):
        sheet.obj[Name.Annots] = annotations


def _ticks(lines: Sequence[tuple[float, ...]]) -> list[tuple[list[Any], Operator]]:
    """Draw marks where to fold, as artifacts: no reader speaks of them."""
    drawn: list[tuple[list[Any], Operator]] = []
    if lines:
        drawn += [([Name.Artifact], Operator("BMC")), ([0.3], Operator("w")), ([0.6], Operator("G"))]
        for x1, y1, x2, y2 in lines:
            drawn += [
                ([round(x1 * POINTS, 3), round(y1 * POINTS, 3)], Operator("m")),
                ([round(x2 * POINTS, 3), round(y2 * POINTS, 3)], Operator("l")),
                ([], Operator("S")),
            ]
        drawn.append(([], Operator("EMC")))
    return drawn


def _retag(pdf: pikepdf.Pdf, placed: dict[tuple[int, int], _Placed]) -> None:
    """Let structure elements find their content in the forms that pages have become (ISO 32000-1, 14.7.4.3)."""
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
        here = placed.get(element.Pg.objgen) if "/Pg" in element else None
        if here is not None:
            element[Name.Pg] = here.sheet
        kids: Any = element.get("/K")
        if kids is None:
            continue
        if isinstance(kids, int):
            element[Name.K] = _content(kids, here)
        elif isinstance(kids, Array):
            numbered: list[Any] = list(kids)
            for n, kid in enumerate(numbered):
                if isinstance(kid, int):
                    kids[n] = _content(kid, here)
            waiting += [kid for kid in kids if isinstance(kid, Dictionary)]
        else:
            waiting.append(kids)


def _content(number: int, here: _Placed | None) -> Any:
    if here is None:
        return number
    return Dictionary(Type=Name.MCR, Pg=here.sheet, Stm=here.form, MCID=number)


def _retarget(pdf: pikepdf.Pdf, placed: dict[tuple[int, int], _Placed]) -> None:
    """Let links and the outline lead to the places where pages have gone."""
    for target in _targets(pdf):
        here = placed.get(target[0].objgen) if isinstance(target[0], Dictionary) else None
        if here is not None:
            target[0] = here.sheet
            if len(target) > 3 and target[1] == Name.XYZ:
                target[2], target[3] = here.moved([float(target[2]), float(target[3])])


def _targets(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Give every array that names a page and a place on it (ISO 32000-1, 12.3.2)."""
    for item in pdf.objects:
        yield from _within(item)


def _within(item: Any) -> Iterator[Any]:
    """Give the destinations in an object and in what it holds directly."""
    if isinstance(item, pikepdf.Stream) or not isinstance(item, Dictionary):
        return
    for key, value in item.items():
        if isinstance(value, Array) and not value.is_indirect:
            if key in {"/Dest", "/D"}:
                yield value
            elif key == "/Names":
                yield from (target for target in list(value)[1::2] if isinstance(target, Array))
        elif isinstance(value, Dictionary) and not value.is_indirect:
            yield from _within(value)
