"""Web pages: notes, emphasis and links; they read no other file and no address."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import HERE, command, write
from imports import pixel, written, written_and_lost

pytest.importorskip("pypandoc", reason="the extra `import` is not installed")

NOTES = {
    "word.html": (
        '<p>Teks<a style="mso-footnote-id:ftn1" href="#_ftn1" name="_ftnref1"><span>[1]</span></a> lagi.</p>'
        '<div style="mso-element:footnote-list"><br clear=all><hr><div style="mso-element:footnote" id=ftn1>'
        '<p class=MsoFootnoteText><a href="#_ftnref1" name="_ftn1"><span>[1]</span></a> Catatan.</p></div></div>'
    ),
    "libreoffice.html": (
        '<p>Teks<a class="sdfootnoteanc" name="sdfootnote1anc" href="#sdfootnote1sym"><sup>1</sup></a> lagi.</p>'
        '<div id="sdfootnote1"><p><a class="sdfootnotesym" name="sdfootnote1sym" href="#sdfootnote1anc">1</a>Catatan.</p></div>'
    ),
    "google.html": (
        '<p>Teks<sup><a href="#ftnt1" id="ftnt_ref1">[1]</a></sup> lagi.</p><hr>'
        '<div><p><a href="#ftnt_ref1" id="ftnt1">[1]</a><span>&nbsp;Catatan.</span></p></div>'
    ),
    "wiki.html": (
        '<p>Teks<sup id="cite_ref-1" class="reference"><a href="#cite_note-1">[1]</a></sup> lagi.</p>'
        '<ol class="references"><li id="cite_note-1"><span class="mw-cite-backlink"><b><a href="#cite_ref-1">^</a></b></span> '
        '<span class="reference-text">Catatan.</span></li></ol>'
    ),
    "pandoc.html": (
        '<p>Teks<a href="#fn1" class="footnote-ref" id="fnref1" role="doc-noteref"><sup>1</sup></a> lagi.</p>'
        '<section id="footnotes" role="doc-endnotes"><hr><ol><li id="fn1"><p>Catatan.<a href="#fnref1" role="doc-backlink">↩︎</a></p></li></ol></section>'
    ),
    "epub.html": (
        '<p>Teks<a epub:type="noteref" href="#n1">[*]</a> lagi.</p><aside epub:type="footnote" id="n1"><p>[*] Catatan.</p></aside>'
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", list(NOTES))
def test_what_a_page_links_to_as_a_note_is_a_note(tmp_path: Path, name: str) -> None:
    assert written(tmp_path, NOTES[name]) == "Teks[^1] lagi.\n\n[^1]: Catatan.\n"


PIECES = {
    "<p><i>https://example.org/a_b_c</i> <a href='https://example.org/a_b'>https://example.org/a_b</a></p>": (
        "*https://example.org/a\\_b\\_c* [https://example.org/a\\_b](https://example.org/a_b)"
    ),
    "<p><b><i>dua `tiga'</i></b></p>": "***dua \\`tiga'***",
    "<p>これは<b>注意（大切）</b>です。<b>「はい」</b>と</p>": "これは**注意（大切**）です。「**はい**」と",
    "<p>x<i>a</i><b>b</b>c<i>d</i></p>": "x*a***b**c*d*",
    "<p>x <i><code>a</code></i><i><code>b</code></i></p>": "x *`ab`*",
    "<p><code>ln <em>satu</em> <em>dua</em></code></p>": "`ln satu dua`",
    "<p>satu <code></code>dua</p>": "satu dua",
    "<div role=navigation>menu<nav>a</nav></div><p>satu</p><div role=search>cari</div>dua": "satu\n\ndua",
    "<table><tr><th>a</th><th>b</th></tr><tr><td><code>x | y</code>&nbsp;</td><td><pre>1\n 2</pre></td></tr></table>": (
        "| a | b |\n|---|---|\n| `x \\| y` | `1 2` |"
    ),
    "<table><colgroup><col></colgroup><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>": (
        "| a | b |\n|---|---|\n| 1 | 2 |"
    ),
}  # fmt: skip


@pytest.mark.parametrize("piece", list(PIECES))
def test_pieces_of_web_pages_are_written_in_markdown(tmp_path: Path, piece: str) -> None:
    assert written(tmp_path, f"<h1>x</h1>{piece}") == f"# x\n\n{PIECES[piece]}\n"


def test_only_the_emphasis_that_markdown_cannot_say_is_dropped(tmp_path: Path) -> None:
    write(tmp_path, {"id.html": "<p>x<i>+1</i>y <b>tebal</b> dan <i>miring</i></p>", "ar.txt": "نص.\n"})
    run = command(
        "import", *(str(tmp_path / name) for name in ("id.html", "ar.txt")), "--book", "b", "--root", str(tmp_path)
    )
    assert run.err == "warning: not taken over: id: some bold, italics or links of “x+1y tebal dan miring”\n"
    assert (tmp_path / "source" / "b" / "id.md").read_text("utf-8") == "x+1y **tebal** dan *miring*\n"


def test_a_number_of_a_note_in_a_paragraph_of_its_own_belongs_to_the_one_before(tmp_path: Path) -> None:
    page = '<p>Teks.</p><p><a href="#n1" role="doc-noteref">1</a></p><aside id="n1"><p>Catatan.</p></aside><p><img src="a.png"><img src="b.png"></p>'
    text = written(tmp_path, page, a_png=pixel(), b_png=pixel("blue"))
    assert text == "Teks.[^1]\n\n![](images/id-1.png)\n\n![](images/id-2.png)\n\n[^1]: Catatan.\n"


def test_links_that_are_no_notes_stay_text(tmp_path: Path) -> None:
    page = '<p id=top>Lihat <a href="#a1">1</a>, <a href="#a2">bab dua</a>.</p><p id="a1">Satu.</p><p id="a2">Dua <a href="#x">↩</a>.</p>'
    assert written(tmp_path, page) == "Lihat 1, bab dua.\n\nSatu.\n\nDua ↩.\n"


def test_letters_that_have_several_codes_are_not_taken_for_lost(tmp_path: Path) -> None:
    assert written(tmp_path, "<p>\u0906\u095b\u093e\u0926\u0940 \u0e04\u0e33 ﬁ</p>")


def test_a_document_reads_no_other_file_and_no_address(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes((HERE / "docs" / "handout-1.png").read_bytes())
    (tmp_path / "in").mkdir()
    page = '<p>نص هنا طويل.</p><iframe src="http://127.0.0.1:9/x"></iframe><p><img src="../secret.png" alt="x"> <img src="http://127.0.0.1:9/y.png"> كلمة.</p>'
    write(tmp_path / "in", {"ar.html": f"<body>{page}</body>", "id.html": "<p>Teks di sini.</p><p>Kata.</p>"})
    run = command(
        "import",
        str(tmp_path / "in" / "ar.html"),
        str(tmp_path / "in" / "id.html"),
        "--book",
        "book",
        "--root",
        str(tmp_path),
    )
    assert run.status == 0, run.err
    assert "not taken over: ar: the pictures ../secret.png, http://127.0.0.1:9/y.png\n" in run.err
    assert not (tmp_path / "source" / "book" / "images").exists()


def test_equations_stay_equations(tmp_path: Path) -> None:
    fraction = "<mfrac><mi>π</mi><mi>b</mi></mfrac></math>"
    page = f'<p>Jadi <math>{fraction} dan <math display="block">{fraction}.</p>'
    write(tmp_path, {"id.html": page, "ar.txt": "نص.\n"})
    lines, lost = written_and_lost(tmp_path, "id.html", "ar.txt")
    assert lines[1] == [r"Jadi $`\frac{\pi}{b}`$ dan $$`\frac{\pi}{b}`$$."]
    assert lost == []
