"""Which typefaces a document needs: Document in, families, faces and missing characters out."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import filterfalse

from bookbuild.book.config.book_toml import Config
from bookbuild.book.config.lines import TomlFile
from bookbuild.document import fonts
from bookbuild.document.document import Document
from bookbuild.document.fonts import Face, Family, Stack
from bookbuild.languages.tables import NUMBERING_SYSTEMS, find_script
from bookbuild.model.book import Kind, Language
from bookbuild.model.characters import alphabet, is_ignorable
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place
from bookbuild.model.inline import Emphasis, Strong, walk
from bookbuild.model.project import Project

_LONGEST_LIST = 8
_ALWAYS = "0123456789/–-‐.,:;()• \u00a0"


@dataclass(frozen=True, slots=True)
class Typefaces:
    """The typefaces of one document."""

    stacks: dict[str, Stack]
    """Language tag to its families, only those that draw something."""
    faces: tuple[Face, ...]
    """Every face that the document may use."""
    characters: dict[str, str]
    """Family name to the characters that it draws, sorted."""

    @property
    def names(self) -> tuple[str, ...]:
        """The families that letters of the book are set in, those of its scripts first, for the colophon."""
        main = [stack.families[0].name for stack in self.stacks.values()]
        others = [f.name for stack in self.stacks.values() for f in stack.families if self._draws_letters(f.name)]
        return tuple(dict.fromkeys((*main, *others)))

    def _draws_letters(self, family: str) -> bool:
        return any(map(str.isalpha, self.characters.get(family, "")))


def choose_typefaces(project: Project, document: Document, config: Config, written: TomlFile) -> Typefaces:
    """Choose families and faces.

    Raises SourceError with every character that none of a language's families has.
    """
    known = fonts.find_families(project)
    findings: list[Finding] = []
    stacks: dict[str, Stack] = {}
    characters: dict[str, set[str]] = {}
    for language in document.languages:
        full = fonts.choose_stack(language, known, config.fonts.get(language.tag), written.place("fonts", language.tag))
        everything = "".join(sorted(_collect_characters(document, language)))
        if language.tag not in config.fonts:
            full = _lead_with_marks(full, everything, [text for _, text in _list_texts(document, language)])
        if full.find_missing(everything):
            findings += _report_missing(document, language, full, written)
        used: dict[str, Family] = {}
        for char in filterfalse(is_ignorable, everything):
            family = full.find_family(char)
            if family is not None:
                used[family.name] = family
                characters.setdefault(family.name, set()).add(char)
        stacks[language.tag] = Stack(language, tuple(f for f in full.families if f.name in used))
    if findings:
        raise SourceError(findings)
    faces = dict.fromkeys(
        family.face(weight, style)
        for stack in stacks.values()
        for family in stack.families
        for weight, style in _list_styles(document)
        # only a script's own family slants; foreign words in it stay upright
        if style == "normal"
        or (family is stack.families[0] and find_script(stack.language.script).emphasis == "italic")
    )
    return Typefaces(stacks, tuple(faces), {name: "".join(sorted(chars)) for name, chars in characters.items()})


def _lead_with_marks(stack: Stack, characters: str, texts: Iterable[str]) -> Stack:
    """Let a family come first that has the marks of a text where the first one lacks some, and the same letters.

    A mark finds its place on a letter of its own typeface alone.
    """
    from fontTools import unicodedata as scripts

    alone = [Stack(stack.language, (family,)) for family in stack.families]
    lacking = set(filter(unicodedata.combining, alone[0].find_missing(characters)))
    if not lacking:
        return stack
    needed = set[str]()
    for text in texts:
        carrier = ""
        for char in text:
            if not unicodedata.combining(char):
                carrier = char
            elif char in lacking:
                needed |= {carrier, char}
    written = {scripts.script(char) for char in needed if char.isalpha()}
    needed |= {char for char in characters if char.isalpha() and scripts.script(char) in written}
    best = next((one.families for one in alone if not one.find_missing(needed)), ())
    return Stack(stack.language, tuple(dict.fromkeys((*best, *stack.families))))


def _list_styles(document: Document) -> Iterator[tuple[int, str]]:
    blocks = [block for unit in document.book.units() for block in unit.all_blocks]
    inlines = [i for block in blocks for i in walk(block.content)]
    emphasis = any(isinstance(i, Emphasis) for i in inlines)
    yield 400, "normal"
    yield 700, "normal"  # titles are always bold
    if emphasis:
        yield 400, "italic"
    if emphasis and any(isinstance(i, Strong) or b.kind is Kind.HEADING for b in blocks for i in walk(b.content)):
        yield 700, "italic"


def _list_texts(document: Document, language: Language) -> Iterator[tuple[Place, str]]:
    """Return the texts of a language with their places; those of book.toml without."""
    for block in document.expected:
        if block.language == language.tag:
            drawn = set(block.drawn)
            yield block.place, "".join(c for c in block.text if c.isascii() or c not in drawn) if drawn else block.text
    meta = document.book.metadata
    names = [creator.name for creator in meta.creators]
    for texts in (meta.title, meta.subtitle, document.series, meta.rights, meta.source, *names):
        if language.tag in texts:
            yield Place(""), texts[language.tag]
    yield Place(""), meta.date + meta.level + meta.identifier + meta.publisher


def list_words(document: Document) -> list[tuple[str, str]]:
    """Return the different words that a document may show, with the tags of their languages."""
    texts = [(language.tag, text) for language in document.languages for _, text in _list_texts(document, language)]
    for language in document.languages:
        digits = NUMBERING_SYSTEMS[document.book.digits[language.tag]]  # of units and pages
        texts += [(language.tag, text) for text in (*document.words(language).values(), language.name, digits)]
    return list(dict.fromkeys((tag, word) for tag, text in texts for word in text.split()))


def _collect_characters(document: Document, language: Language) -> frozenset[str]:
    words = "".join(v for k, v in document.words(language).items() if k != "summary")
    digits = NUMBERING_SYSTEMS[document.book.digits[language.tag]]
    texts = "".join(text for _, text in _list_texts(document, language))
    titles = "".join(title for _, title in document.titles)  # running heads repeat the first where one is missing
    return alphabet(texts + words + language.name + digits + titles + _ALWAYS)


def _report_missing(document: Document, language: Language, stack: Stack, written: TomlFile) -> Iterator[Finding]:
    """Report each character that no family has, at the first place where it stands; a whole script that lacks once."""
    seen: set[str] = set()
    lacking: dict[str, dict[Place, list[str]]] = {}
    for place, text in _list_texts(document, language):
        unseen = set(text) - seen
        if not unseen:
            continue
        seen |= unseen
        for char in dict.fromkeys(stack.find_missing("".join(char for char in text if char in unseen))):
            own = lacking.setdefault(fonts.suggest_font(char), {})
            own.setdefault(place if place.path else written.place(), []).append(char)
    chosen = stack.families[0].name if stack.families else "none"
    for advice, places in lacking.items():
        together = [char for chars in places.values() for char in chars]
        if len(together) > _LONGEST_LIST and advice != fonts.ANY_FONT:
            places = {next(iter(places)): together}  # noqa: PLW2901 - instead of those
        for place, chars in places.items():
            listed = ", ".join(f"{char!r} (U+{ord(char):04X})" for char in chars[:_LONGEST_LIST])
            more = f" and {len(chars) - _LONGEST_LIST} more" if len(chars) > _LONGEST_LIST else ""
            message = f"no font for {language.tag} has {listed}{more} (chosen: {chosen})"
            yield Finding("F001", place, message, advice)
