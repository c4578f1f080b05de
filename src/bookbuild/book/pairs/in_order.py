"""Pairing in order: blocks per language in, rows of the n-th blocks out. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bookbuild.book.headings import find_candidates
from bookbuild.model.book import Block, Kind, Language
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding

_EXCERPT = 40
_PROPOSE = "`invoke align --book NAME`, which proposes pairs for you to check"


def pair_blocks(texts: Sequence[Sequence[Block]], languages: Sequence[Language]) -> tuple[tuple[Block, ...], ...]:
    """Pair the n-th blocks of all languages.

    Raises SourceError with the place where the first language that differs from the first text diverges: padding the
    shorter side would shift every later unit in print. The same for pins in different places.
    """
    for other in range(1, len(texts)):
        finding = _report_parting(texts[0], texts[other], languages[0], languages[other])
        if finding:
            raise SourceError([finding])
    return tuple(zip(*texts, strict=True))


def block_shape(block: Block) -> tuple[str, int, tuple[str, ...]]:
    """Return what partners must share: kind, level, and kinds of containers."""
    kind = Kind.PARAGRAPH if block.kind is Kind.VERSE else block.kind
    return kind, block.level, tuple(c.kind for c in block.containers)


def _report_parting(left: Sequence[Block], right: Sequence[Block], a: Language, b: Language) -> Finding | None:
    if len(left) == len(right) and all(block_shape(x) == block_shape(y) for x, y in zip(left, right, strict=True)):
        return _report_moved_pin(left, right, a, b)
    n = _find_parting(left, right)
    counts = f"{a.tag} has {len(left)} paragraphs and headings, {b.tag} has {len(right)}"
    x, y = left[min(n, len(left) - 1)], right[min(n, len(right) - 1)]
    if len(left) == len(right):
        message = f"{a.tag} and {b.tag} diverge here: {_describe_block(x)} beside {_describe_block(y)} ({counts})"
        advice = f"make both the same kind ({b.tag} is at {y.place}), or run {_PROPOSE}"
    else:
        longer, more = (a, left) if len(left) > len(right) else (b, right)
        difference = abs(len(left) - len(right))
        message = (
            f"{a.tag} and {b.tag} do not match paragraph by paragraph ({counts}); "
            f"they seem to diverge here or soon after: "
            f"{_describe_neighbours(a, left, n)} beside {_describe_neighbours(b, right, n)}"
        )
        plural = "paragraph" if difference == 1 else "paragraphs"
        advice = (
            f"find the {difference} extra {plural} of {longer.tag} (around {more[min(n, len(more) - 1)].place}) "
            f"and join, split or translate it; or run {_PROPOSE}"
        )
    return Finding("A001", x.place, message, advice)


def _report_moved_pin(left: Sequence[Block], right: Sequence[Block], a: Language, b: Language) -> Finding | None:
    """Report the first pin that is at another block in the other language."""
    there = {block.pin: n for n, block in enumerate(right) if block.pin}
    for n, block in enumerate(left):
        if block.pin and there.get(block.pin, n) != n:
            other = right[there[block.pin]].place
            message = f"the pin {block.pin!r} stands at another paragraph in {b.tag} ({other}) than here in {a.tag}"
            return Finding("A001", block.place, message, f"move one of them, or run {_PROPOSE}")
    return None


def _describe_block(block: Block) -> str:
    level = f" of level {block.level}" if block.level else ""
    inside = "".join(f" in a {c.kind} {'quotation' if c.kind == 'quote' else 'list'}" for c in block.containers)
    return f"a {block.kind}{level}{inside.replace('quote quotation', 'quotation')} ({_quote_block(block)})"


def _quote_block(block: Block) -> str:
    text = " ".join(block.text.split())
    return f"“{text[:_EXCERPT]}…”" if len(text) > _EXCERPT else f"“{text}”"


def _describe_neighbours(language: Language, blocks: Sequence[Block], n: int) -> str:
    if n >= len(blocks):
        return f"{language.tag} ends with {_quote_with_line(blocks[-1])}"
    before = f"{_quote_with_line(blocks[n - 1])}, then " if n else ""
    return f"{language.tag} {before}{_quote_with_line(blocks[n])}"


def _quote_with_line(block: Block) -> str:
    return f"{_quote_block(block)} (line {block.place.line})"


def _find_parting(left: Sequence[Block], right: Sequence[Block]) -> int:
    """Return the index at which two texts most likely diverge.

    Different kinds show it at once, where the file states them or lines look like headings; within a
    stretch of paragraphs the lengths show it: the best split is the one where the paragraphs before it
    pair in place, and those after it shifted by the difference.
    """
    start, end = 0, max(len(left), len(right))
    for n, (x, y) in enumerate(zip(left, right, strict=False)):
        if block_shape(x) != block_shape(y):
            end = n
            break
    if len(left) == len(right):
        return end
    heads = (_find_headings(left), _find_headings(right))
    if len(heads[0]) == len(heads[1]):
        for left_head, right_head in zip(*heads, strict=True):
            if left_head != right_head:
                end = min(end, left_head, right_head)
                break
            start = max(start, left_head)
    last = min(end, len(left), len(right))
    costs = _measure_costs(left, right, start, last, max(end, last))
    return min(costs, key=lambda n: (costs[n], -n))


def _find_headings(blocks: Sequence[Block]) -> list[int]:
    guessed = find_candidates(blocks)
    return [n for n, block in enumerate(blocks) if block.kind is Kind.HEADING or guessed[n]]


def _measure_costs(left: Sequence[Block], right: Sequence[Block], start: int, last: int, end: int) -> dict[int, float]:
    """Return for each split how badly lengths fit if blocks before it pair in place, and those after it shifted.

    A pair's cost is the ratio of its lengths in characters, after Gale and Church (1993), against the
    usual ratio of the two texts. Sums from both ends make it linear in the number of paragraphs.
    """
    lengths = [[len(block.text) + 1 for block in side] for side in (left, right)]
    usual = (sum(lengths[0]) / len(left)) / (sum(lengths[1]) / len(right))
    shift = len(left) - len(right)

    def cost(n: int, shifted: int) -> float:
        x, y = n + max(shifted, 0), n + max(-shifted, 0)
        if x >= len(left) or y >= len(right):
            return 0.0
        ratio = lengths[0][x] / lengths[1][y] / usual
        return max(ratio, 1 / ratio) - 1

    stop = min(end, len(left), len(right))
    after = [0.0] * (stop - start + 2)
    for n in range(stop - 1, start - 1, -1):
        after[n - start] = after[n - start + 1] + cost(n, shift)
    costs, before = {}, 0.0
    for n in range(start, last + 1):
        costs[n] = before + after[min(n, stop) - start]
        before += cost(n, 0)
    return costs
