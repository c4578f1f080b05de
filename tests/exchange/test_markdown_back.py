"""Blocks written as Markdown and read back: every word survives."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bookbuild.exchange import markdown
from bookbuild.model.book import Block, Container, Kind
from bookbuild.model.findings import Place
from bookbuild.model.inline import CellEnd, Code, Emphasis, Equation, Inline, LineBreak, Link, RowEnd, Strong, Text
from bookbuild.model.inlines import tidy_inlines

PLAIN = st.text("ab ج*_`[]<>#|-+=.1)!&~$", min_size=1, max_size=20) | st.just("a\\b") | st.just("\\*c")


def test_a_backslash_at_the_end_is_no_verse() -> None:
    block = Block(Kind.PARAGRAPH, (Text("C:\\dir\\"),), Place(""))
    assert markdown.check_markdown(markdown.render_markdown([block]), [block]).blocks[0].kind is Kind.PARAGRAPH


def test_no_loss_is_told_where_no_marks_are() -> None:
    block = Block(Kind.PARAGRAPH, (Text("C:\\dir\\"), Code("a")), Place(""))
    assert not markdown.render_markdown([block]).losses
    assert not markdown.render_markdown([Block(Kind.PARAGRAPH, (Text("C:\\dir\\"),), Place(""))]).losses


def test_the_columns_of_a_table_keep_their_alignment() -> None:
    cells = (Text("a"), CellEnd(), Text("b"), CellEnd(), Text("c"), RowEnd(), Text("1"), CellEnd(), Text("2"))
    block = Block(Kind.TABLE, cells, Place(""), columns=("left", "center", "right"))
    written = markdown.render_markdown([block])
    assert "|:---|:---:|---:|" in written.text
    assert markdown.check_markdown(written, [block]).blocks[0].columns == block.columns


def inline(depth: int) -> st.SearchStrategy[Inline]:
    leaf: st.SearchStrategy[Inline] = PLAIN.map(Text) | st.text("ab*_ c", min_size=1, max_size=8).map(
        lambda t: Code(" ".join(t.split()) or "x")
    )
    latex = st.text("ab^_{}\\\\|`$", min_size=1, max_size=8).map(lambda t: t.strip("`") or "x")
    leaf |= st.builds(Equation, latex, st.booleans())
    if depth == 0:
        return leaf
    inner = st.lists(inline(depth - 1), min_size=1, max_size=3).map(tuple)
    return (
        leaf
        | inner.map(Emphasis)
        | inner.map(Strong)
        | inner.map(lambda c: Link("https://example.org/a_b", c))
        | st.just(LineBreak())
    )


@settings(max_examples=150)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([Kind.PARAGRAPH, Kind.HEADING]),
            st.lists(inline(2), min_size=1, max_size=4),
            st.integers(0, 3),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_every_word_survives_markdown(rows: list[tuple[Kind, list[Inline], int]]) -> None:
    blocks = []
    for kind, content, depth in rows:
        made = tuple(i for i in tidy_inlines(content) if kind is not Kind.HEADING or not isinstance(i, LineBreak))
        while made and isinstance(made[0], LineBreak):
            made = made[1:]
        while made and isinstance(made[-1], LineBreak):
            made = made[:-1]
        made = tidy_inlines(made)
        block = Block(kind, made, Place(""), 2 if kind is Kind.HEADING else 0)
        if not block.text.strip():
            continue
        if any(isinstance(i, LineBreak) for i in made):
            block = Block(Kind.VERSE, made, Place(""))
        containers = (Container("quote"), Container("bullet"), Container("ordered", 3))[:depth]
        blocks.append(Block(block.kind, block.content, block.place, block.level, containers))
    if blocks:
        made_text = markdown.render_markdown(blocks)
        markdown.check_markdown(made_text, blocks)
