"""Typefaces and texts in, which glyphs each character may have; held against the fonts of a PDF."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain

import uharfbuzz

_LIKE = {"\u00ad": "\u2010"}
"""Texts of a PDF that stand for another character: hyphens at which words are divided are soft."""
_STROKE = "\u0640"
"""It lengthens any letter, in whose cluster it is then (tatweel)."""


class Typeface:
    """A typeface, and the glyphs that shaping makes of a book's words in it."""

    def __init__(
        self,
        data: bytes,
        words: Collection[tuple[str, str]],
        characters: str,
        *,
        has_own_features: bool,
        drawable: set[tuple[int, str]] | None = None,
    ) -> None:
        """Open a font file; `words` have a language's tag and a word each, `characters` are all that a book shows.

        With `has_own_features` any rule of the typeface may have been asked for. `drawable` are glyphs with texts that
        they were found to stand for before; others are added.
        """
        self.font = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob(data)))
        self._words = words
        self._characters = [char for char in characters + _STROKE if self.font.get_nominal_glyph(ord(char))]
        self._has_own_features = has_own_features
        self._drawable = set() if drawable is None else drawable
        self._shaped: set[tuple[str, str]] = set()
        """The words that were shaped."""
        self._shapes: dict[str, set[int]] = {}
        """The glyphs of each character in them."""
        self._variants: dict[str, frozenset[int]] = {}

    @cached_property
    def _waiting(self) -> Mapping[str, list[tuple[str, str]]]:
        """The words by their characters."""
        waiting: dict[str, list[tuple[str, str]]] = {}
        for language, word in self._words:
            for char in set(word):
                waiting.setdefault(char, []).append((language, word))
        return waiting

    def _is_in_a_word(self, char: str, glyph: int) -> bool:
        """Return whether shaping makes a glyph of a character in one of the words, which are shaped as needed."""
        waiting = self._waiting.get(char, [])
        while glyph not in self._shapes.setdefault(char, set()) and waiting:
            entry = language, word = waiting.pop()
            if entry in self._shaped:
                continue
            self._shaped.add(entry)
            for start, end, shaped in self._shape(word, language):
                for other in word[start:end]:
                    self._shapes.setdefault(other, set()).add(shaped)
        return glyph in self._shapes[char]

    def _shape(self, text: str, language: str) -> Iterator[tuple[int, int, int]]:
        """Yield each glyph of a text: start and end of the characters that it belongs to, and its number."""
        buffer = uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        if language:
            buffer.language = language
        uharfbuzz.shape(self.font, buffer)
        glyphs = [(info.cluster, info.codepoint) for info in buffer.glyph_infos]
        end = last = len(text)
        for start, glyph in sorted(glyphs, reverse=True):
            if start != last:
                end, last = last, start
            yield start, end, glyph

    def has_outline_of(self, glyph: int, embedded: uharfbuzz.Font) -> bool:
        """Return whether a glyph of a font in a PDF lies where that of the typeface does."""
        return glyph < self.font.face.glyph_count and bool(
            tuple(self.font.get_glyph_extents(glyph) or ()) == tuple(embedded.get_glyph_extents(glyph) or ())
        )

    def may_draw(self, text: str, glyph: int) -> bool:
        """Return whether a glyph can stand for a text: by itself, in a word of the book or a part, or beside others."""
        if (glyph, text) not in self._drawable and self._find_text(text, glyph):
            self._drawable.add((glyph, text))
        return (glyph, text) in self._drawable

    def _find_text(self, text: str, glyph: int) -> bool:
        if not any(self.font.get_glyph_extents(glyph) or ()):
            return True  # a control, which has no ink
        text = _LIKE.get(text, text)
        if any(self.font.get_nominal_glyph(ord(char)) == glyph for char in text):
            return True
        if any(self._is_in_a_word(char, glyph) for char in text + _STROKE):
            return True
        if text not in self._variants:
            self._variants[text] = self._find_variants(text)
        if glyph not in self._variants[text]:
            self._variants[text] |= self._shape_beside_others(text)
        if glyph not in self._variants[text]:
            self._variants[text] |= self._shape_in_parts(text)
        return glyph in self._variants[text]

    def _find_variants(self, text: str) -> frozenset[int]:
        """Return what any feature makes of a text, where stylesheets of one's own ask for features with all others."""
        wanted = uharfbuzz.SubsetInput()
        others = self._characters if self._has_own_features else ()
        wanted.sets(uharfbuzz.SubsetInputSets.UNICODE).update(map(ord, (*text, *others)))
        # what a language makes of them, from which features go on
        wanted.glyph_set.update(glyph for char in text for glyph in self._shapes.get(char, ()))
        wanted.sets(uharfbuzz.SubsetInputSets.LAYOUT_FEATURE_TAG).invert()
        return frozenset(uharfbuzz.SubsetPlan(self.font.face, wanted).old_to_new_glyph_mapping)

    def _shape_beside_others(self, text: str) -> frozenset[int]:
        """Return the glyphs of a text between any two characters of the book."""
        edges = ["", *self._characters]
        return frozenset(
            glyph
            for one in edges
            for other in edges
            for start, end, glyph in self._shape(one + text + other, "")
            if start < len(one + text) and end > len(one)
        )

    def _shape_in_parts(self, text: str) -> frozenset[int]:
        """Return the glyphs of a text in the parts of words that lines divide, wherever they do."""
        return frozenset(
            glyph
            for language, word in self._words
            if not set(text).isdisjoint(word)
            for at in range(1, len(word))
            for part in (word[:at], word[at:])
            for start, end, glyph in self._shape(part, language)
            if not set(text).isdisjoint(part[start:end])
        )


def find_inkless_glyphs(data: bytes, drawn: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    """Return those glyphs, with their texts, that a font file lacks or draws nothing for."""
    face = uharfbuzz.Face(uharfbuzz.Blob(data))
    font = uharfbuzz.Font(face)
    return [
        (glyph, text)
        for glyph, text in drawn
        if glyph >= face.glyph_count or not any(font.get_glyph_extents(glyph) or ())
    ]


def find_wrong_glyphs(
    data: bytes, drawn: Iterable[tuple[int, str]], typefaces: Sequence[Typeface]
) -> list[tuple[int, str]]:
    """Return those glyphs, with their texts, that are not what their typeface has for these texts.

    `data` is a font file of a PDF. Its typeface is the one whose outlines it has; glyphs beyond those of the typeface
    are composed of them.
    """
    embedded = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob(data)))
    pairs = wrong = list(drawn)
    glyphs = {glyph for glyph, _ in pairs}
    for typeface in typefaces:
        own = {glyph: (glyph,) for glyph in glyphs if glyph < typeface.font.face.glyph_count}
        if not all(typeface.has_outline_of(glyph, embedded) for glyph in own):
            continue
        parts = own | _list_components(data, glyphs - set(own))
        composed = {*chain(*parts.values())}
        if set(parts) != glyphs or not all(typeface.has_outline_of(part, embedded) for part in composed):
            continue
        drawable = {
            (part, text): typeface.may_draw(text, part)
            for part, text in {(part, text) for glyph, text in pairs for part in parts[glyph]}
        }
        found = [(g, text) for g, text in pairs if not all(drawable[part, text] for part in parts[g])]
        wrong = min(wrong, found, key=len)
    return wrong


def _list_components(data: bytes, glyphs: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """Return which glyphs others are composed of, for those that are composed."""
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(data), lazy=True)
    order = font.getGlyphOrder() if "glyf" in font else []
    return {
        glyph: tuple(font.getGlyphID(component.glyphName) for component in font["glyf"][order[glyph]].components)
        for glyph in glyphs
        if glyph < len(order) and font["glyf"][order[glyph]].isComposite()
    }
