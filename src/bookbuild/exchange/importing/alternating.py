"""One text in two languages in, which parts are in which language out, and rows of partners. Pure.

Translation programs write such texts: each paragraph, or each line of a subtitle, is followed by its translation.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from itertools import groupby, zip_longest

from bookbuild.exchange.file_languages import detect_language
from bookbuild.exchange.importing import ImportedPairs, ImportedText, PairRow, build_row
from bookbuild.languages.detect import rank_languages
from bookbuild.model.book import Block

_FEWEST_LETTERS = 12
"""Letters from which words tell a language."""
_LEAST_SHARE = 0.25
"""Share of the parts that are in each of the two languages."""
_WORD = re.compile(r"[^\W\d_]+")
_CHARACTER_SCRIPTS = {
    "CJK": "HAN",
    "HIRAGANA": "HAN",
    "KATAKANA": "HAN",
    "THAI": "THAI",
    "LAO": "LAO",
    "KHMER": "KHMER",
}
"""Scripts without spaces: their characters count as words do elsewhere."""


def pair_alternating(text: ImportedText, tags: Sequence[str]) -> ImportedPairs | None:
    """Return the rows of a text whose paragraphs are in two languages by turns; None if they are not.

    `tags` are the languages that the user named, if any.
    """
    worded = [block for block in text.blocks if block.text.strip()]
    found = find_two_languages([block.text for block in worded], tags)
    if found is None:
        return None
    languages, sides = found
    partners = _find_partners(worded, sides)
    orders = [_pair_runs(text.blocks, worded, [side ^ lead for side in sides]) for lead in (0, 1)]
    # a title in one language alone does not tell which of them stands first, the words do
    fits = [sum(frozenset(id(b) for side in row for b in side) in partners for row in rows) for rows in orders]
    lead = int(fits[1] > fits[0])
    in_order = languages[::-1] if lead else languages
    return ImportedPairs(in_order, orders[lead], text.structured, text.losses, text.notes, text.files)


def _find_partners(worded: Sequence[Block], sides: Sequence[int]) -> set[frozenset[int]]:
    """Return the blocks, by identity, that are each other's translations by their words."""
    from bookbuild.book.pairs.aligner import two_texts
    from bookbuild.book.pairs.aligner.beads import Segment

    texts = [[b for b, side in zip(worded, sides, strict=True) if side == n] for n in (0, 1)]
    first, second = ([Segment(b.text) for b in blocks] for blocks in texts)
    beads = [b for b in two_texts.align(first, second) if b.shape == (1, 1)]
    return {frozenset({id(texts[0][b.first.start]), id(texts[1][b.second.start])}) for b in beads}


def _pair_runs(blocks: Sequence[Block], worded: Sequence[Block], sides: Sequence[int]) -> tuple[PairRow, ...]:
    """Return rows in which parts of the first side stand beside what follows them."""
    side_of = {id(block): side for block, side in zip(worded, sides, strict=True)}
    runs = [(side, list(run)) for side, run in groupby(blocks, lambda block: side_of.get(id(block)))]
    rows: list[PairRow] = []
    while runs:
        side, ours = runs.pop(0)
        theirs = runs.pop(0)[1] if side == 0 and runs and runs[0][0] == 1 else []
        alone = max(0, len(ours) - len(theirs))
        rows += [((), (block,)) if side == 1 else ((block,), ()) for block in ours[:alone]]
        rows += map(build_row, zip_longest(ours[alone:], theirs))  # what stands next to each other are partners
    return tuple(rows)


def find_two_languages(parts: Sequence[str], tags: Sequence[str]) -> tuple[tuple[str, str], list[int]] | None:
    """Return two languages, in the order in which they begin, and which of them each part is in; None if there is one.

    If `tags` are two languages, there are no others.
    """
    kinds = _sort_by_script(parts) or _sort_by_words(parts, tags)
    names = list(dict.fromkeys(kind for kind in kinds if kind))
    if len(names) != 2:
        return None
    sides: list[int] = []
    for kind in kinds:  # numbers and the like: by turns
        sides.append(names.index(kind) if kind else 1 - sides[-1] if sides else 0)
    wholes = ["\n".join(p for p, side in zip(parts, sides, strict=True) if side == n) for n in (0, 1)]
    first = detect_language("", "", "", wholes[0], tags).tag
    second = detect_language("", "", "", wholes[1], [t for t in tags if t != first] if len(tags) == 2 else tags).tag
    return ((first, second), sides) if first != second else None


def _sort_by_script(parts: Sequence[str]) -> list[str]:
    """Return the script of each part, if all are in two scripts; else nothing."""
    scripts = [_find_script(part) for part in parts]
    return scripts if _are_two(scripts) else []


def _find_script(part: str) -> str:
    counts: Counter[str] = Counter()
    for word in _WORD.findall(part):
        names = [unicodedata.name(c, "").split(" ", maxsplit=1)[0] for c in word]
        unspaced = [_CHARACTER_SCRIPTS[name] for name in names if name in _CHARACTER_SCRIPTS]
        counts.update(unspaced or names[:1])
    return counts.most_common(1)[0][0] if counts else ""


def _sort_by_words(parts: Sequence[str], tags: Sequence[str]) -> list[str]:
    """Return the language of each part by its words, if all are in two languages; else nothing."""
    rankings = [rank_languages(p) if sum(map(str.isalpha, p)) >= _FEWEST_LETTERS else {} for p in parts]
    if len(tags) == 2:
        likeliest = [tag.split("-", maxsplit=1)[0] for tag in tags]
    else:
        votes = Counter(next(iter(ranking)) for ranking in rankings if ranking)
        likeliest = [tag for tag, _ in votes.most_common(2)]
    languages = [max(likeliest, key=lambda tag: r.get(tag, 0.0)) if r and likeliest else "" for r in rankings]
    return languages if _are_two(languages) else []


def _are_two(kinds: Sequence[str]) -> bool:
    counts = Counter(kind for kind in kinds if kind)
    return len(counts) == 2 and min(counts.values()) >= _LEAST_SHARE * counts.total()
