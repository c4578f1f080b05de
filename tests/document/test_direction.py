"""The boxes of a paragraph, held against what UAX #9 says of the order of its characters."""

from __future__ import annotations

from collections.abc import Sequence

import bidi as reference
from hypothesis import given
from hypothesis import strategies as st
from visual_order import folded, visual

from bookbuild.document.direction import mark_directions
from bookbuild.languages.bidi import JOINER, WORD_JOINER
from bookbuild.model.inline import Emphasis, Inline, LineBreak, NoteReference, Run, Strong, Text, Wrapper, plain


def boxes(content: Sequence[Inline], direction: str) -> str:
    """Order boxes as WeasyPrint does: those of a right-to-left one from right to left, characters by their own box."""
    parts = []
    for inline in content:
        match inline:
            case Run():
                parts.append(boxes(inline.children, inline.direction))
            case _ if isinstance(inline, Wrapper):
                parts.append(boxes(inline.children, direction))
            case Text(text):
                parts.append(reference.get_display(text, base_dir="R" if direction == "rtl" else "L"))
            case _:
                parts.append("")
    return "".join(reversed(parts) if direction == "rtl" else parts)


LETTERS = st.text(
    alphabet="ابنو abcXאב123٤٥٦()[]«».,:;!?%$€+-/*#@&_=~\u00a0\u200f\u200e\u202e\u202d\u202c", min_size=1, max_size=12
)
WRAPPERS = st.sampled_from([Emphasis, Strong])


def contents(depth: int = 2) -> st.SearchStrategy[tuple[Inline, ...]]:
    leaf: st.SearchStrategy[Inline] = LETTERS.map(Text)
    if depth:
        inner = st.builds(lambda kind, children: kind(children), WRAPPERS, contents(depth - 1))
        leaf = st.one_of(leaf, leaf, inner)
    return st.lists(leaf, min_size=1, max_size=4).map(tuple)


@given(contents(), st.sampled_from(["rtl", "ltr"]))
def test_boxes_stand_in_the_order_of_the_standard(content: tuple[Inline, ...], direction: str) -> None:
    made = mark_directions(content, direction)
    assert folded(boxes(made, direction)).replace(JOINER, "") == visual(plain(content), direction)


@given(contents(), st.sampled_from(["rtl", "ltr"]))
def test_no_character_is_lost_in_runs(content: tuple[Inline, ...], direction: str) -> None:
    unseen = dict.fromkeys(map(ord, "\u200e\u200f\u202e\u202d\u202c"))
    kept = plain(mark_directions(content, direction)).replace(JOINER, "")
    assert kept.translate(unseen) == plain(content).translate(unseen)


def test_a_markup_inside_a_word_keeps_its_letters_joined() -> None:
    made = mark_directions((Text("مح"), Strong((Text("م"),)), Text("د")), "rtl")
    assert made == (
        Text(f"مح{JOINER}"),
        Strong((Text(f"{JOINER}م{JOINER}"),)),
        Text(f"{JOINER}د"),
    )
    apart = (Text("دا"), Strong((Text("ر"),)), LineBreak(), Text("ب"), NoteReference("1"), Text("ب"))
    joiner = Text(WORD_JOINER)  # a note's mark never begins a line
    assert mark_directions(apart, "rtl") == (*apart[:4], joiner, *apart[4:])


def test_foreign_runs_tell_their_script_and_no_language() -> None:
    made = mark_directions((Text("قال NATO في 1954"),), "rtl")
    assert [(r.direction, r.tag) for r in made if isinstance(r, Run)] == [("ltr", "und-Latn"), ("ltr", "")]
