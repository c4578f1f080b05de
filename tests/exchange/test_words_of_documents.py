"""Random documents: every word is kept, or told once."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from office_documents import CLOSED, OPEN, field, open_document, run, word

from bookbuild.exchange.importing import ImportedText, ImportOptions, documents
from bookbuild.exchange.importing.word import prepare
from bookbuild.work.xml import drop_element, unwrap_element

pytest.importorskip("pypandoc", reason="the extra `import` is not installed")

AROUND = [
    f'<w:fldSimple w:instr=" {name} ">%s</w:fldSimple>' for name in ("PAGE", "TOC", "INDEX")
] + [
    field("TOC \\o", "%s"), field("REF a", "%s"), '<w:customXml w:element="x"><w:customXmlPr/>%s</w:customXml>',
    '<w:bdo w:val="rtl">%s</w:bdo>', '<w:dir w:val="rtl">%s</w:dir>', "<w:sdt><w:sdtPr/><w:sdtContent>%s</w:sdtContent></w:sdt>",
    f"<w:r><w:ruby><w:rubyPr/><w:rt>{run('§')}</w:rt><w:rubyBase>{run('§')}</w:rubyBase></w:ruby></w:r>%s",
    f"<w:r><w:pict><v:shape><v:textbox><w:txbxContent><w:p>%s</w:p><w:p>{run('§')}</w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>",
    f"{run('§', '<w:vanish/>')}%s",
]  # fmt: skip
PIECES = st.recursive(
    st.just(run("§")),
    lambda inner: st.builds(
        lambda around, parts: around % "".join(parts), st.sampled_from(AROUND), st.lists(inner, max_size=3)
    ),
    max_leaves=12,
)

NOTE = '<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body>%s</text:note-body></text:note>'
LINES = [
    "<text:p>%s</text:p>", '<text:h text:outline-level="1">%s</text:h>', "<text:p><text:span>%s</text:span>§</text:p>",
    '<text:p><text:a xlink:type="simple" xlink:href="http://a.b/">§</text:a>%s</text:p>', "<text:p>§<text:page-number>%s</text:page-number></text:p>",
    "<text:p><loext:content-control>%s</loext:content-control></text:p>",
    "<text:p><text:ruby><text:ruby-base>§</text:ruby-base><text:ruby-text>§</text:ruby-text></text:ruby>%s</text:p>",
]  # fmt: skip
HOLDERS = [
    "<text:section>%s</text:section>", "<text:p>§<draw:frame><draw:text-box>%s</draw:text-box></draw:frame>§</text:p>",
    "<text:p><draw:custom-shape>%s</draw:custom-shape></text:p>", "<draw:frame><draw:text-box>%s</draw:text-box></draw:frame>",
    f"<text:p>§{NOTE}</text:p>", "<text:list><text:list-item><text:p>§</text:p></text:list-item></text:list>%s",
    ("<table:table><table:table-column table:number-columns-repeated='2'/><table:table-row><table:table-cell>%s</table:table-cell>"
    "<table:table-cell><text:p>§</text:p></table:table-cell></table:table-row></table:table>"),
]  # fmt: skip
OPENED = st.recursive(
    st.sampled_from(LINES).map(lambda line: line % "§"),
    lambda inner: st.builds(
        lambda around, parts: around % "".join(parts), st.sampled_from(HOLDERS), st.lists(inner, max_size=3)
    ),
    max_leaves=12,
)


@settings(deadline=None, max_examples=25)
@given(st.one_of(st.lists(PIECES, min_size=1, max_size=4), st.lists(OPENED, min_size=1, max_size=4).map(tuple)))
def test_every_word_of_a_document_is_kept_or_told_once(pieces: list[str] | tuple[str, ...]) -> None:
    count = itertools.count(1)
    inside = "".join(pieces if isinstance(pieces, tuple) else [f"<w:p>{piece}</w:p>" for piece in pieces])
    body = re.sub("§", lambda _: f"kata{next(count)}x ", inside)
    if isinstance(pieces, tuple):
        name, data = "a.odt", open_document(f"{OPEN.partition('<draw:frame')[0]}{body}{CLOSED}")
        left_out = []
    else:
        name, data = "a.docx", word(f"{body}<w:p>{run('Akhir.')}</w:p>")
        left_out = prepare(data, name).left_out
    found = documents.read(Path(name), data, name, ImportOptions())
    assert isinstance(found, ImportedText)
    texts = [block.text for block in (*found.blocks, *(b for note in found.notes for b in note.blocks))]
    hidden = re.findall(r"<w:vanish/></w:rPr><w:t[^>]*>(kata\d+x)", body)
    left_out = [re.sub("|".join(hidden) or "$^", "", text) for text in left_out]
    wanted = [word for word in re.findall(r"kata\d+x", body) if word not in hidden]
    assert sorted(re.findall(r"kata\d+x", " ".join([*texts, *left_out]))) == sorted(wanted)
    assert not [loss for loss in found.losses if "pandoc" in loss]


TREES = st.recursive(
    st.text("ab ", max_size=3),
    lambda inner: st.lists(inner, max_size=3).map(lambda parts: f"<x>{'c'.join(parts)}</x>"),
    max_leaves=8,
)


@settings(deadline=None)
@given(TREES, st.integers(0, 9))
def test_taking_elements_out_of_a_tree_leaves_all_else(inside: str, number: int) -> None:
    root = etree.fromstring(f"<r>d{inside}e</r>")
    whole = "".join(root.itertext())
    elements = list(root.iterdescendants())
    if elements:
        unwrap_element(elements[number % len(elements)])
        assert len(list(root.iterdescendants())) == len(elements) - 1
    assert "".join(root.itertext()) == whole
    elements = list(root.iterdescendants())
    if elements:
        element = elements[number % len(elements)]
        element.set("n", "1")
        out = etree.tostring(element, encoding="unicode", with_tail=False)
        rest = etree.fromstring(etree.tostring(root, encoding="unicode").replace(out, ""))
        drop_element(element)
        assert etree.tostring(root) == etree.tostring(rest)
