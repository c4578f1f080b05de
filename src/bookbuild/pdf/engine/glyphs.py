"""Text drawn so that it can be extracted: one code per cluster, each with its own text. Works on WeasyPrint 70.

WeasyPrint stores one text per glyph (draw/text.py). Arabic fonts draw one letter by several glyphs and several
letters by one, and use the same dot or stem for different letters, so that words come out of such a PDF misspelt or
not at all. Here every cluster that HarfBuzz makes (a base with its marks, a ligature) becomes one code: the font's
own glyph where its text is always the same, else a composite glyph that is appended to the subset. Extractors then
see whole letters in the order in which they stand, and ToUnicode (ISO 32000-1, 9.10.3) gives the exact characters of
each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from bookbuild.pdf.engine.clusters import Cluster, GlyphRun, build_clusters, build_word, is_whole, read_run
from bookbuild.pdf.engine.codes import FontCodes, build_measure, write_cluster
from bookbuild.pdf.engine.composites import add_composites
from bookbuild.pdf.engine.first_lines import StyledLayouts
from bookbuild.pdf.engine.folios import FolioSample, draw_digits
from bookbuild.pdf.engine.internals import Box, Font, Matrix, PangoItem, Stream, override

FontCollector = Callable[[Font, Mapping[int, str], FontCodes], bool]
"""Takes a font, the texts of its codes and the codes; returns whether it takes care of the font's file."""


@contextmanager
def draw_clusters(
    divided: Mapping[int, tuple[str, str]] | None = None,
    collect: FontCollector | None = None,
    folios: FolioSample | None = None,
) -> Iterator[None]:
    """Draw text by clusters while a PDF is written; `divided` is what find_divided_words() returns.

    Fonts that `collect` takes care of are not subset for this PDF; the page numbers of a sample, `folios`, are drawn
    as marks.
    """
    from weasyprint.draw import text as drawing
    from weasyprint.pdf import fonts
    from weasyprint.text import line_break

    codes_by_font: dict[str, FontCodes] = {}
    sample = folios or FolioSample()

    def draw_line(
        original: Callable[..., list[Any]], stream: Stream, textbox: Box, overflow: str, ellipsis: str, matrix: Matrix
    ) -> list[Any]:
        items = _read_items(textbox)
        for item in items:
            font, _ = stream.add_font(item.item.analysis.font)
            codes_by_font.setdefault(font.hash, FontCodes(font.glyph_count)).share(font)
        identifier = id(textbox.pango_layout)
        if identifier in sample.moves:
            number, share = sample.moves[identifier]
            stream.stream.append(f"%move {number} {share}".encode())
        if identifier in sample.numbers:
            number = sample.numbers[identifier]
            stream.set_text_matrix(*matrix.values)
            sample.shapes[number] = draw_digits(stream, textbox, items, codes_by_font)
            stream.stream.append(f"%number {number}".encode())
            return []
        if not _is_plain_text(stream, textbox, items, overflow, ellipsis):
            return original(stream, textbox, overflow, ellipsis, matrix)
        _draw_text(stream, textbox, items, matrix, codes_by_font, (divided or {}).get(id(textbox.pango_layout)))
        return []

    def clean(original: Callable[..., None], font: Font, to_unicode: Mapping[int, str], hinting: bool) -> None:
        codes = codes_by_font.get(font.hash)
        if collect is not None and collect(font, to_unicode, codes or FontCodes(font.glyph_count)):
            return
        if codes is None:
            original(font, to_unicode, hinting)
            return
        glyphs = {glyph: text for glyph, text in to_unicode.items() if glyph not in codes.composites}
        parts = {part[0]: "" for components, _ in codes.composites.values() for part in components}
        original(font, {**parts, **glyphs}, hinting)
        if codes.composites:
            font.file_content = add_composites(font.file_content, codes.count, codes.composites)

    with (
        override(line_break.Layout, "reactivate", StyledLayouts().reactivate),
        override(drawing, "draw_first_line", draw_line),
        override(fonts.Font, "clean", clean),
    ):
        yield


def _read_items(textbox: Box) -> list[PangoItem]:
    """Return the glyph items of a text box's line, from left to right; they live until its layout changes."""
    from weasyprint.text.ffi import ffi, pango

    layout = textbox.pango_layout
    if not _PARAGRAPHS.isdisjoint(layout.text):  # otherwise it would only make Pango lay out the line again
        pango.pango_layout_set_single_paragraph_mode(layout.layout, True)
    first, _ = layout.get_first_line()
    items: list[PangoItem] = []
    node = first.runs[0] if first.runs != ffi.NULL else ffi.NULL
    while node != ffi.NULL:
        items.append(node.data)
        node = node.next
    return items


def _is_plain_text(stream: Stream, textbox: Box, items: Sequence[PangoItem], overflow: str, ellipsis: str) -> bool:
    """Return whether a line is plain text in fonts to which composites can be added."""
    from weasyprint.text.ffi import pango

    if overflow == "ellipsis" or ellipsis != "none" or not textbox.text.strip() or textbox.style["font_size"] < 1e-6:
        return False
    for item in items:
        font, _ = stream.add_font(item.item.analysis.font)
        if font.bitmap or font.png or font.svg or font.colr or "glyf" not in font.tables:
            return False
        glyphs = item.glyphs.glyphs[0 : item.glyphs.num_glyphs]
        if any(g.glyph != pango.PANGO_GLYPH_EMPTY and g.glyph & pango.PANGO_GLYPH_UNKNOWN_FLAG for g in glyphs):
            return False
    return True


def _draw_text(
    stream: Stream,
    textbox: Box,
    items: Sequence[PangoItem],
    matrix: Matrix,
    codes_by_font: dict[str, FontCodes],
    divided: tuple[str, str] | None,
) -> None:
    import pydyf

    stream.set_text_matrix(*matrix.values)
    encoded = textbox.pango_layout.text.encode()
    for number, item in enumerate(items):
        font, size = stream.add_font(item.item.analysis.font)
        codes = codes_by_font[font.hash]
        stream.set_font_size(font.hash, size)
        measure = build_measure(stream, item, size, codes)
        glyph_run = read_run(item, encoded)
        # the piece of a divided word is in the last or first item of the box, which fonts and scripts may divide
        edge = divided is not None and number == (len(items) - 1 if divided[0] == "end" else 0)
        if not edge and (words := _write_words(glyph_run, size, font, codes, measure)) is not None:
            if words:
                stream.show_text(words)
            continue
        whole = build_clusters(glyph_run, 0, len(glyph_run.starts) - 1, size)
        for part, actual in _split_divided_word(whole, divided if edge else None):
            shown = "".join(
                write_cluster(cluster, font, codes, measure, backward=glyph_run.backward) for cluster in part
            )
            if shown and actual:
                stream.begin_marked_content("Span", pydyf.Dictionary({"ActualText": pydyf.String(actual)}))
            if shown:
                stream.show_text(shown)
            if shown and actual:
                stream.end_marked_content()


_PARAGRAPHS = frozenset("\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
"""Characters at which Pango would begin a new paragraph."""
_SPACE = 0x20


def _write_words(
    glyph_run: GlyphRun, size: float, font: Font, codes: FontCodes, measure: Callable[[int], float]
) -> str | None:
    """Write a run word by word, as most words are repeated.

    Returns None where a mark of one word sits on the end of another.
    """
    written: list[str] = []
    starts, text = glyph_run.starts, glyph_run.text
    first = 0
    for n in range(len(starts)):
        at_space = text[starts[n]] == _SPACE
        following = n + 1 < len(starts) and (text[starts[n + 1]] == _SPACE) == at_space
        if following and not at_space:
            continue
        low = min(starts[first], starts[n])
        word = text[low : glyph_run.text_end(first, n)]
        shapes = tuple(glyph_run.shapes[first : n + 1])
        offsets = tuple(start - low for start in starts[first : n + 1])
        key = (size, glyph_run.backward, word, shapes, offsets)
        known = codes.words.get(key)
        if known is None:
            parts = build_word(shapes, offsets, word, size, backward=glyph_run.backward)
            if not is_whole(parts[-1 if glyph_run.backward else 0]):
                return None
            known = "".join(write_cluster(part, font, codes, measure, backward=glyph_run.backward) for part in parts)
            codes.words[key] = known
        written.append(known)
        first = n + 1
    return "".join(written)


def _split_divided_word(
    clusters: list[Cluster], divided: tuple[str, str] | None
) -> Iterator[tuple[list[Cluster], str]]:
    """Split the piece of a divided word from the rest of its run; yields clusters and the text that replaces theirs."""
    spaces = [n for n, cluster in enumerate(clusters) if cluster.text.isspace()]
    if divided is None or not spaces:
        yield clusters, ""
    elif divided[0] == "end":
        yield clusters[: spaces[-1] + 1], ""
        yield clusters[spaces[-1] + 1 :], divided[1]
    else:
        yield clusters[: spaces[0]], divided[1]
        yield clusters[spaces[0] :], ""
