"""Pair the blocks of parallel texts: blocks per language in, rows of partners out. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bookbuild.book.headings import candidates
from bookbuild.model.book import Block, Kind, Language
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding

_EXCERPT = 40
_PROPOSE = "`invoke align --book NAME`, which proposes pairs for you to check"


def pair(texts: Sequence[Sequence[Block]], languages: Sequence[Language]) -> tuple[tuple[Block, ...], ...]:
    """Pair the n-th blocks of all languages.

    Raises SourceError with the place where the first two languages that differ part: padding the
    shorter side would shift every later unit in print; so with pins that stand in different places.
    """
    for other in range(1, len(texts)):
        finding = _parting(texts[0], texts[other], languages[0], languages[other])
        if finding:
            raise SourceError([finding])
    return tuple(zip(*texts, strict=True))


def shape(block: Block) -> tuple[str, int, tuple[str, ...]]:
    """Give what partners must share: kind, level, and the containers that they stand in."""
    kind = Kind.PARAGRAPH if block.kind is Kind.VERSE else block.kind
    return kind, block.level, tuple(c.kind for c in block.containers)


def _parting(left: Sequence[Block], right: Sequence[Block], a: Language, b: Language) -> Finding | None:
    if len(left) == len(right) and all(shape(x) == shape(y) for x, y in zip(left, right, strict=True)):
        return _unpinned(left, right, a, b)
    n = _where(left, right)
    counts = f"{a.tag} has {len(left)} paragraphs and headings, {b.tag} has {len(right)}"
    here = (left[n] if n < len(left) else left[-1], right[n] if n < len(right) else right[-1])
    if len(left) == len(right):
        message = f"{a.tag} and {b.tag} part here: {_what(here[0])} beside {_what(here[1])} ({counts})"
        advice = f"make both of one kind ({b.tag} is at {here[1].place}), or run {_PROPOSE}"
    else:
        longer, more = (a, left) if len(left) > len(right) else (b, right)
        difference = abs(len(left) - len(right))
        message = (
            f"{a.tag} and {b.tag} do not match paragraph by paragraph ({counts}); "
            f"they seem to part here or soon after: {_neighbours(a, left, n)} beside {_neighbours(b, right, n)}"
        )
        plural = "paragraph" if difference == 1 else "paragraphs"
        advice = (
            f"find the {difference} {plural} that {longer.tag} has more (around {_at(more, n)}) "
            f"and join, split or translate it; or run {_PROPOSE}"
        )
    return Finding("A001", here[0].place, message, advice)


def _unpinned(left: Sequence[Block], right: Sequence[Block], a: Language, b: Language) -> Finding | None:
    """Report the first pin that stands elsewhere in the other language."""
    there = {block.pin: n for n, block in enumerate(right) if block.pin}
    for n, block in enumerate(left):
        if block.pin and there.get(block.pin, n) != n:
            other = right[there[block.pin]].place
            message = f"the pin {block.pin!r} stands at another paragraph in {b.tag} ({other}) than here in {a.tag}"
            return Finding("A001", block.place, message, f"move one of them, or run {_PROPOSE}")
    return None


def _at(blocks: Sequence[Block], n: int) -> str:
    return str(blocks[min(n, len(blocks) - 1)].place)


def _what(block: Block) -> str:
    level = f" of level {block.level}" if block.level else ""
    inside = "".join(f" in a {c.kind} {'quotation' if c.kind == 'quote' else 'list'}" for c in block.containers)
    return f"a {block.kind}{level}{inside.replace('quote quotation', 'quotation')} ({_excerpt(block)})"


def _excerpt(block: Block) -> str:
    text = " ".join(block.text.split())
    return f"“{text[:_EXCERPT]}…”" if len(text) > _EXCERPT else f"“{text}”"


def _neighbours(language: Language, blocks: Sequence[Block], n: int) -> str:
    if n >= len(blocks):
        return f"{language.tag} ends with {_quoted(blocks[-1])}"
    before = f"{_quoted(blocks[n - 1])}, then " if n else ""
    return f"{language.tag} {before}{_quoted(blocks[n])}"


def _quoted(block: Block) -> str:
    return f"{_excerpt(block)} (line {block.place.line})"


def _where(left: Sequence[Block], right: Sequence[Block]) -> int:
    """Find the index at which two texts most likely part.

    Kinds that differ tell it at once, where the file says them or where lines look like headings;
    inside a stretch of paragraphs the lengths tell: the best split is the one where all before it
    pair as they stand and all after it pair shifted by the difference.
    """
    start, end = 0, max(len(left), len(right))
    for n, (x, y) in enumerate(zip(left, right, strict=False)):
        if shape(x) != shape(y):
            end = n
            break
    if len(left) == len(right):
        return end
    heads = (_heads(left), _heads(right))
    if len(heads[0]) == len(heads[1]):
        for one, other in zip(*heads, strict=True):
            if one != other:
                end = min(end, one, other)
                break
            start = max(start, one)
    last = min(end, len(left), len(right))
    costs = _costs(left, right, start, last, max(end, last))
    return min(costs, key=lambda n: (costs[n], -n))


def _heads(blocks: Sequence[Block]) -> list[int]:
    guessed = candidates(blocks)
    return [n for n, block in enumerate(blocks) if block.kind is Kind.HEADING or guessed[n]]


def _costs(left: Sequence[Block], right: Sequence[Block], start: int, last: int, end: int) -> dict[int, float]:
    """Give for each split how badly lengths fit: what is before it pairs as it stands, what is after it shifted.

    A pair's cost is the ratio of its lengths in characters, after Gale and Church (1993), against the
    usual ratio of the two texts. Sums from both ends make it linear in the number of paragraphs.
    """
    lengths = [[len(block.text) + 1 for block in side] for side in (left, right)]
    usual = (sum(lengths[0]) / len(left)) / (sum(lengths[1]) / len(right))
    shift = len(left) - len(right)

    def cost(n: int, moved: int) -> float:
        x, y = n + max(moved, 0), n + max(-moved, 0)
        if x >= len(left) or y >= len(right):
            return 0.0
        ratio = lengths[0][x] / lengths[1][y] / usual
        return max(ratio, 1 / ratio) - 1

    stop = min(end, len(left), len(right))
    after = [0.0] * (stop - start + 2)
    for n in range(stop - 1, start - 1, -1):
        after[n - start] = after[n - start + 1] + cost(n, shift)
    found, before = {}, 0.0
    for n in range(start, last + 1):
        found[n] = before + after[min(n, stop) - start]
        before += cost(n, 0)
    return found
