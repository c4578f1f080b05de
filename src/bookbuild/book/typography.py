"""A block in, the same with its language's own punctuation out. Pure.

Letters, marks and digits are never touched; every change is reported with its rule.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from bookbuild.languages.tables import Conventions, find_conventions
from bookbuild.model.book import Block, Language
from bookbuild.model.inline import Emphasis, End, Inline, Link, NoteReference, Strong, Text

RULES = ("spaces", "quotes", "apostrophes", "dots", "ranges", "no_break", "strip")
"""The switches in book.toml, in the order in which the rules are applied."""

_OPAQUE = "\ufffc"
"""Replaces what is not text (code, an image): a letter to its neighbours, never changed."""
_MARK = "\ufdd0"
"""Replaces a note's mark: neither space nor letter."""
_NO_BREAK = "\u00a0\u202f"


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One edit of a block's characters."""

    rule: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    end: int
    after: str


def normalise_block(block: Block, language: Language, rules: frozenset[str]) -> tuple[Block, tuple[Change, ...]]:
    """Return the block after the rules that are switched on, and what they changed."""
    content = block.content
    changes: list[Change] = []
    for rule in RULES:
        if rule not in rules:
            continue
        text = "".join(_leaf_texts(content))
        edits = list(_RULES[rule](text, find_conventions(language)))
        if edits:
            changes += [Change(rule, text[e.start : e.end], e.after) for e in edits]
            content = _apply_edits(content, edits)
    return (replace(block, content=content), tuple(changes)) if changes else (block, ())


def _leaf_texts(content: tuple[Inline, ...]) -> Iterator[str]:
    for inline in content:
        match inline:
            case Text(text):
                yield text
            case Emphasis(children) | Strong(children) | Link(_, children):
                yield from _leaf_texts(children)
            case _ if isinstance(inline, End):
                yield "\n"
            case NoteReference():
                yield _MARK
            case _:
                yield _OPAQUE


def _apply_edits(content: tuple[Inline, ...], edits: list[_Edit]) -> tuple[Inline, ...]:
    """Return the inlines with their texts edited; an edit that spans several texts puts its own into the first."""
    position = 0

    def edit_text(text: str) -> str:
        nonlocal position
        start, end = position, position + len(text)
        position = end
        out, cursor = [], start
        for edit in edits:
            inserted_here = edit.start == edit.end == start
            if edit.start >= end or (edit.end <= start and not inserted_here):
                continue
            out.append(text[cursor - start : max(edit.start, start) - start])
            if edit.start >= start:
                out.append(edit.after)
            cursor = min(edit.end, end)
        out.append(text[cursor - start :])
        return "".join(out)

    def visit(inlines: tuple[Inline, ...]) -> Iterator[Inline]:
        nonlocal position
        for inline in inlines:
            match inline:
                case Text(text):
                    changed = edit_text(text)
                    if changed:
                        yield Text(changed)
                case Emphasis(children) | Strong(children) | Link(_, children):
                    yield replace(inline, children=tuple(visit(children)))
                case _:
                    position += 1
                    yield inline

    return tuple(visit(content))


def _edit_spaces(text: str, habit: Conventions) -> Iterator[_Edit]:
    if not any(mark in text for mark in habit.tight_before):
        return
    for match in re.finditer(rf"(?<=[^\s]) +(?=[{re.escape(habit.tight_before)}])", text):
        yield _Edit(match.start(), match.end(), "")


def _edit_dots(text: str, habit: Conventions) -> Iterator[_Edit]:  # noqa: ARG001 - the rules share one signature
    if "..." not in text:
        return
    for match in re.finditer(r"(?<!\.)\.\.\.(?!\.)", text):
        yield _Edit(match.start(), match.end(), "…")


def _edit_ranges(text: str, habit: Conventions) -> Iterator[_Edit]:
    if not habit.ranges or "-" not in text:
        return
    # not dates (2024-11-22), ISBNs or telephone numbers: a single hyphen, at most four digits on each side
    for match in re.finditer(r"(?<![\w.,/+-])(\d{1,4})(-)(\d{1,4})(?![\w/-]|[.,]\d)", text):
        if unicodedata.decimal(match[3][0]) or len(match[3]) == 1:  # 020-01 is a code, not a range
            yield _Edit(match.start(2), match.end(2), "–")


def _edit_apostrophes(text: str, habit: Conventions) -> Iterator[_Edit]:
    if habit.abbreviation and '"' in text:
        for match in re.finditer(r'(?<=[^\W\d_])"(?=[^\W\d_](?!\w))', text):
            if not _follows_prefix(text, match.start(), habit):
                yield _Edit(match.start(), match.end(), habit.abbreviation)
    if not habit.apostrophe or "'" not in text:
        return
    for match in re.finditer(r"(?<=[^\W\d_])'(?=[^\W\d_])", text):
        yield _Edit(match.start(), match.end(), habit.apostrophe)


def _edit_quotes(text: str, habit: Conventions) -> Iterator[_Edit]:
    """Turn straight quotation marks into the language's own, nested ones into the second pair.

    A mark opens after a space, an opening bracket or mark, a dash or slash; it closes otherwise. Single marks without
    a partner are apostrophes, a double one may open a paragraph whose quotation ends in a later one. If others do not
    match, no mark of the block is touched: a wrong guess would change the meaning.
    """
    if '"' not in text and "'" not in text:
        return
    visible = text.replace(_MARK, "")
    positions = [n for n, c in enumerate(text) if c != _MARK]
    apostrophes: set[int] = set()
    while True:
        pairs, unmatched = _pair_quotes(visible, apostrophes, habit)
        single = next((n for n in reversed(unmatched) if visible[n] == "'"), None)
        if single is None:
            break
        apostrophes.add(single)
    if unmatched not in ([], [0]):
        return
    after = {0: habit.quotes[0]} if unmatched else {}
    for opening, closing, depth in pairs:
        after[opening], after[closing] = habit.quotes[2:] if depth + len(unmatched) else habit.quotes[:2]
    after |= {n: habit.apostrophe for n in apostrophes if habit.apostrophe and visible[n + 1 : n + 2].isalnum()}
    after |= {n: _PRIMES[visible[n]] for n in _find_primes(visible) if n not in after}
    for index in sorted(after):
        yield _Edit(positions[index], positions[index] + 1, after[index])


def _pair_quotes(text: str, apostrophes: set[int], habit: Conventions) -> tuple[list[tuple[int, int, int]], list[int]]:
    """Return pairs of marks, each with the number of those around it, and the marks without a partner."""
    stack: list[int] = []
    pairs: list[tuple[int, int, int]] = []
    for index, char in enumerate(text):
        if char not in "\"'" or index in apostrophes:
            continue
        before = text[index - 1] if index else " "
        after = text[index + 1] if index + 1 < len(text) else " "
        opened = [text[n] for n in stack]
        joined = habit.spaced and _is_word(before) and _is_word(after)
        if joined and not (char == '"' and (char in opened or _follows_prefix(text, index, habit))):
            continue
        if char == "'" and _is_word(before) and "'" not in opened:
            continue  # a final apostrophe or a prime: para guru', 5'
        if char == '"' and before.isdigit() and '"' not in opened:
            continue  # inches or seconds: 5"
        free = (not habit.spaced or joined or before.isspace() or before in _BEFORE_QUOTES) and not after.isspace()
        if free and char not in opened:
            stack.append(index)
        elif opened and opened[-1] == char:
            pairs.append((stack.pop(), index, len(stack)))
        else:
            return pairs, [*stack, index]
    return pairs, stack


_PRIMES = {"'": "\u2032", '"': "\u2033"}
"""Feet and inches, minutes and seconds."""


def _find_primes(text: str) -> Iterator[int]:
    """Return the marks that stand for feet or inches: right after a number, but not between its thousands."""
    for match in re.finditer(r"""(?<=\d)['"](?!\d{3}|[^\W\d_])""", text):
        yield match.start()


_BEFORE_QUOTES = "([{«“‘„‚「『—–/:\"'"
"""Characters after which a mark opens."""


def _follows_prefix(text: str, index: int, habit: Conventions) -> bool:
    """Return whether a mark inside a word follows a particle that the language joins to the next word."""
    if not habit.prefixes or not re.match(r"[^\W\d_]{2}", text[index + 1 : index + 3]):
        return False
    return re.search(rf"(?:{habit.prefixes})$", text[max(0, index - 5) : index]) is not None


def _is_word(char: str) -> bool:
    return char == _OPAQUE or unicodedata.category(char)[0] in "LMN"


def _edit_no_break(text: str, habit: Conventions) -> Iterator[_Edit]:
    edits: dict[int, _Edit] = {}
    folded = text.casefold()
    for word in habit.glue_after:
        if f"{word} " not in text:
            continue
        for match in re.finditer(rf"(?<![^\s(\[«“\"]){re.escape(word)}( )(?=\S)", text):
            edits[match.start(1)] = _Edit(match.start(1), match.end(1), "\u00a0")
    for word in habit.glue_number:
        if f"{word.casefold()} " not in folded:
            continue
        for match in re.finditer(rf"(?<!\w){re.escape(word)}( )(?=\d)", text, re.IGNORECASE):
            edits[match.start(1)] = _Edit(match.start(1), match.end(1), "\u00a0")
    if any(map(str.isdigit, text)):
        patterns = [_date_pattern(habit.months), _year_pattern(habit.months)] if habit.months else []
        if habit.units:
            patterns.append(_unit_pattern(habit.units))
        for match in (match for pattern in patterns for match in pattern.finditer(text)):
            edits[match.start(1)] = _Edit(match.start(1), match.end(1), "\u00a0")
    for match in _INITIALS.finditer(text):
        if match[1].isupper():
            edits[match.start(2)] = _Edit(match.start(2), match.end(2), "\u00a0")
    for char, space in habit.glue_before.items():
        if char not in text:
            continue
        # only the first of several marks (?!, …:) takes the space; 12:30 and https: take none
        for match in re.finditer(rf"(?<=[^\s:;!?])[ {_NO_BREAK}]?(?={re.escape(char)})", text):
            typed = match[0]
            after = text[match.end() :].lstrip(":;!?")[:1]
            if typed != space and (typed or char not in ":;!?" or not after.strip()):
                edits[match.start()] = _Edit(match.start(), match.end(), space)
    yield from (edits[k] for k in sorted(edits))


_INITIALS = re.compile(r"(?<!\w)([^\W\d_])\.( )(?=[^\W\d_])")


@cache
def _unit_pattern(units: tuple[str, ...]) -> re.Pattern[str]:
    names = "|".join(map(re.escape, units))
    return re.compile(rf"(?<!\w)\d[\d.,٫٬]*( )(?=(?:{names})(?!\w))")


@cache
def _year_pattern(months: tuple[str, ...]) -> re.Pattern[str]:
    names = "|".join(map(re.escape, months))
    return re.compile(rf"(?<!\w)(?:{names})( )(?=\d{{4}}(?!\d))", re.IGNORECASE)


@cache
def _date_pattern(months: tuple[str, ...]) -> re.Pattern[str]:
    names = "|".join(map(re.escape, months))
    return re.compile(rf"(?<![\d.,])\d{{1,2}}\.?( )(?=(?:{names})(?!\w))", re.IGNORECASE)


def _edit_strip(text: str, habit: Conventions) -> Iterator[_Edit]:
    if not any(char in text for char in habit.strip):
        return
    for index, char in enumerate(text):
        if char in habit.strip:
            yield _Edit(index, index + 1, "")


_RULES: dict[str, Callable[[str, Conventions], Iterator[_Edit]]] = {
    "spaces": _edit_spaces,
    "quotes": _edit_quotes,
    "apostrophes": _edit_apostrophes,
    "dots": _edit_dots,
    "ranges": _edit_ranges,
    "no_break": _edit_no_break,
    "strip": _edit_strip,
}
