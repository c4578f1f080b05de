"""Sheet editions: takes a book and a sheet edition, returns the pages of another edition, imposed for printing."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import partial

from bookbuild.document.editions import Arrangement, Edition
from bookbuild.document.outputs import BuildContext, Output
from bookbuild.document.paper import measure_page
from bookbuild.pdf import edition as printing
from bookbuild.pdf.imposition import order
from bookbuild.work import fingerprints
from bookbuild.work.cache import compute_key


def make_sheets(context: BuildContext, edition: Edition) -> Output:
    """Make the sheets of an edition from the pages of the edition that book.toml names for it."""
    from bookbuild.pdf.imposition import sheets

    config = context.source.config
    folded = edition.arrangement is Arrangement.FOLDED
    base = context.base_edition(edition)
    options = context.print_options(base)
    if folded and base.half:
        options = options.model_copy(update={"paper": config.booklet.sheet})
    printed = printing.make_pdf(context, base, options=options, own_paper=False if folded else None)
    pages, direction = printed.pages or 0, printed.direction
    if folded:
        fold = config.booklet
        sides = order.arrange_folds(pages, direction, signature=fold.signature, thickness=fold.thickness)
        work = partial(sheets.fold, printed.data, sides, *measure_page(fold.sheet, landscape=True))
    else:
        up = config.sheets.up
        wide = sheets.is_wide(printed.data)
        sides = order.arrange_grid(pages, direction, up, wide=wide)
        columns, rows = order.grid_shape(up, wide=wide)
        landscape = columns > rows if columns != rows else wide
        paper = measure_page(config.sheets.sheet, landscape=landscape)
        work = partial(sheets.tile, printed.data, sides, *paper, (columns, rows))
    digest = hashlib.sha256(printed.data).hexdigest()
    key = compute_key(fingerprints.toolchain(), work.func.__name__, digest, work.args[1:])
    cache = context.workers.cache
    data = cache.get_or_make(key, work) if cache else work()
    blank = sum(place.page is None for side in sides for place in side)
    return replace(
        printed,
        name=edition.file_name(context.source.slug),
        edition=edition,
        data=data,
        pages=len(sides),
        make_up={"edition": base.name, "sides": len(sides), "blank_pages": blank, **printed.make_up},
        page_starts=(),
        chapters={},
    )
