"""Texts with marks of their own: USFM of Bible translators, lines of Lingtrain."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import command, write
from hypothesis import given
from hypothesis import strategies as st

from bookbuild.exchange.importing import ImportOptions, usfm
from bookbuild.exchange.importing.lingtrain import read_marked_text
from bookbuild.model.errors import SourceError

RUTH = r"""\id RUT - contoh
\h Rut
\toc1 Kitab Rut
\mt1 Rut
\cl Pasal
\c 1
\s Kelaparan
\p
\v 1 Pada zaman \w hakim|lemma="hakim"\w* ada \add besar\add* kelaparan.\f + \fr 1:1 \ft Bahasa Ibrani: \fq lapar\fq*.\f*
\v 2-3 Nama orang \bd itu\bd* \qt-s |who="Elimelekh"\*Elimelekh\qt-e\*.\x - \xo 1:2 \xt Kej 35:19\x*
\p Ia mati.
\q1
\v 4 Mereka mengambil
\q2 istri.
\zcatatan rahasia
\c 2
\p
\v 1 Ada\fig |src="a.jpg"\fig* seorang~tua.
"""
MARKDOWN = """# Rut

## Pasal 1

### Kelaparan

<!-- = 1:1 -->

1 Pada zaman hakim ada besar kelaparan.[^1]

<!-- = 1:2 -->

2-3 Nama orang **itu** Elimelekh. Ia mati.

<!-- = 1:4 -->

4 Mereka mengambil\\
istri.

## Pasal 2

<!-- = 2:1 -->

1 Ada seorang\u00a0tua.

[^1]: 1:1 Bahasa Ibrani: lapar.
"""
ARABIC = r"""\id RUT
\mt راعوث
\c 1
\p
\v 1 في أيام القضاة كان جوع.
\v 2 واسم الرجل أليمالك.
\v 3 ومات.
\v 4 وأخذوا نساء.
\c 2
\v 1 وكان رجل شيخ.
"""


def test_verses_of_usfm_are_paragraphs_that_are_pinned_together(tmp_path: Path) -> None:
    write(tmp_path, {"id.usfm": RUTH, "ar.sfm": ARABIC})
    run = command(
        "import", str(tmp_path / "id.usfm"), str(tmp_path / "ar.sfm"), "--book", "rut", "--root", str(tmp_path)
    )
    assert run.status == 0, run.err
    book = tmp_path / "source" / "rut"
    assert (book / "id.md").read_text("utf-8") == MARKDOWN
    assert "taken over: id: 1 cross reference\n" in run.err
    assert "taken over: id: 1 picture\n" in run.err
    assert "taken over: id: 1 remark\n" in run.err
    assert command("align", "--book", "rut", "--root", str(tmp_path)).status == 0
    table = (book / "aligned.csv").read_text("utf-8-sig")
    assert '2-3 Nama orang itu Elimelekh. Ia mati.,"2 واسم الرجل أليمالك.\n3 ومات."' in table.replace("\r\n", "\n")
    assert "1 Ada seorang\u00a0tua.,1 وكان رجل شيخ." in table


@pytest.mark.parametrize(
    ("data", "code"), [(b"no markers", "T009"), (b"\\id GEN\n\\c \n", "T003"), (b"\\id \xff", "T001")]
)
def test_what_is_no_usfm_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(SourceError) as refused:
        usfm.read(Path("a.usfm"), data, "a.usfm", ImportOptions())
    assert refused.value.findings[0].code == code


PIECES = st.sampled_from(
    [
        "\\v 1 ",
        "\\c 2 ",
        "\\p ",
        "\\q1 ",
        "\\f + ",
        "\\ft ",
        "\\f*",
        "\\bd ",
        "\\bd*",
        "\\*",
        "\\w ",
        "\\w*",
        "\\s ",
    ]
)


@given(st.lists(PIECES | st.text("ab ع", max_size=5), max_size=20))
def test_every_word_of_usfm_arrives(pieces: list[str]) -> None:
    text = "\\id GEN\n\\p mula " + "".join(pieces)
    read = usfm.read(Path("a.usfm"), text.encode(), "a.usfm", ImportOptions())
    notes = [b for note in read.notes for b in note.blocks]
    arrived = "".join(b.text for b in (*read.blocks, *notes))
    sought = "".join(p for p in pieces if not p.startswith("\\"))
    assert sorted(c for c in arrived if c in "bع") == sorted(c for c in sought if c in "bع")


def test_remarks_and_what_is_not_ended_are_told_or_kept() -> None:
    text = "\\id GEN\n\\c 1\n\\p\n\\v 1 Satu\\f + \\ft catatan\n\\v 2 Dua \\qt-s |x y\n\\rem ulang\n\\zsendiri teks\n\\p Tiga"
    read = usfm.read(Path("a.usfm"), text.encode(), "a.usfm", ImportOptions())
    assert [b.text for b in read.blocks] == ["1", "1 Satu", "2 Dua", "Tiga"]
    assert [b.text for note in read.notes for b in note.blocks] == ["catatan"]
    assert read.losses == ("1 unended milestone", "2 remarks")


def test_marks_of_lingtrain_are_headings_quotations_and_verse() -> None:
    lines = [
        "Judul%%%%%title.", "Penulis%%%%%author.", "Bab satu%%%%%h1.", "Kalimat biasa 100%%.", "baris%%%%%verse.",
        "baris dua%%%%%verse.", "kutipan%%%%%qtext.", "%%%%%divider.", "http://x/a.png%%%%%image.",
    ]  # fmt: skip
    read = read_marked_text("\n".join(lines))
    assert read is not None
    assert [(b.kind, b.level, b.text) for b in read.blocks] == [
        ("heading", 1, "Judul"), ("paragraph", 0, "Penulis"), ("heading", 2, "Bab satu"),
        ("paragraph", 0, "Kalimat biasa 100%%."), ("verse", 0, "baris\nbaris dua"), ("paragraph", 0, "kutipan"), ("break", 0, ""),
    ]  # fmt: skip
    assert read.losses == ("1 picture, which the text only names",)
    assert read_marked_text("Hanya teks 5%.") is None
