"""The proof of ink: what is drawn must be in the embedded typeface."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import pikepdf
import pytest
import uharfbuzz
from conftest import Built, command
from small_books import GOOD

from bookbuild.build.project import build
from bookbuild.build.request import BuildRequest
from bookbuild.checks.ink import DrawnCodes, check_ink
from bookbuild.checks.shaping import Typeface, find_wrong_glyphs
from bookbuild.document.font_files import find_characters, find_placeholders
from bookbuild.document.font_subsets import subset_face
from bookbuild.document.fonts import find_packaged_families, read_face
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place
from bookbuild.model.project import Project
from bookbuild.pdf import edition


def empty_faces(data: bytes, *, whole: bool) -> bytes:
    """Take all outlines out of the typefaces of a PDF, or cut the typefaces down to their first glyphs."""
    wanted = uharfbuzz.SubsetInput()
    wanted.glyph_set.add(0)
    wanted.flags = uharfbuzz.SubsetFlags.RETAIN_GIDS if whole else uharfbuzz.SubsetFlags.DEFAULT
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for item in pdf.objects:
            if isinstance(item, pikepdf.Dictionary) and "/FontFile2" in item:
                face = uharfbuzz.Face(uharfbuzz.Blob(item.FontFile2.read_bytes()))
                item.FontFile2.write(uharfbuzz.subset(face, wanted).blob.data)
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


@pytest.mark.parametrize("whole", [True, False])
def test_a_sign_without_an_outline_is_found(built: Callable[..., Built], *, whole: bool) -> None:
    data = built(GOOD, formats=("pdf",)).pdf.read_bytes()
    assert check_ink(data, Place("book.pdf")) == []
    (finding,) = check_ink(empty_faces(data, whole=whole), Place("book.pdf"))
    assert finding.code == "O007"
    assert "'a' (page 1)" in finding.message


def exchange_texts(data: bytes, one: str, other: str) -> bytes:
    """Exchange the texts of two signs in the fonts of a PDF, as if each were drawn with the other's glyph."""
    marks = [f"<{ord(char):04x}>".encode() for char in (one, other)]
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for item in pdf.objects:
            if isinstance(item, pikepdf.Dictionary) and "/ToUnicode" in item:
                lines = item.ToUnicode.read_bytes().split(b"\n")
                for n, line in enumerate(lines):
                    for text, exchanged in (marks, marks[::-1]):
                        if line.endswith(text):
                            lines[n] = line.removesuffix(text) + exchanged
                item.ToUnicode.write(b"\n".join(lines))
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def test_a_font_that_is_not_embedded_is_found(built: Callable[..., Built]) -> None:
    with pikepdf.open(io.BytesIO(built(GOOD, formats=("pdf",)).pdf.read_bytes())) as pdf:
        for item in pdf.objects:
            if isinstance(item, pikepdf.Dictionary) and "/FontFile2" in item:
                del item["/FontFile2"]
        out = io.BytesIO()
        pdf.save(out)
    (finding,) = check_ink(out.getvalue(), Place("book.pdf"))
    assert finding.code == "O007"


@pytest.mark.parametrize(("one", "other"), [("n", "m"), ("س", "ش"), ("ي", "ى")])
def test_a_sign_with_the_glyph_of_another_one_is_found(
    one: str, other: str, built: Callable[..., Built], monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[tuple[bytes, Sequence[Typeface]]] = []

    def check(data: bytes, place: Place, typefaces: Sequence[Typeface], codes: DrawnCodes) -> list[Finding]:
        checked.append((data, typefaces))
        return check_ink(data, place, typefaces, codes)

    monkeypatch.setattr(edition, "check_ink", check)
    built({"ar.txt": "شمس سمكة على يد بيت.\n", "id.txt": "Nama anak mana.\n"}, formats=("pdf",))
    ((data, typefaces),) = checked
    (finding,) = check_ink(exchange_texts(data, one, other), Place("book.pdf"), typefaces)
    assert finding.code == "O007"
    assert repr(one) in finding.message or repr(other) in finding.message


def test_a_face_without_composites_is_proved_beside_one_with_fewer_glyphs() -> None:
    families = find_packaged_families()
    small, large = (read_face(families[name].face(400)) for name in ("Frank Ruhl Libre", "Noto Sans CJK JP"))
    font = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob(large)))
    drawn = {font.get_nominal_glyph(ord(char)): char for char in "雨本"}
    typefaces = [Typeface(data, [("ja", "雨本")], "雨本", has_own_features=False) for data in (small, large)]
    assert find_wrong_glyphs(large, drawn.items(), typefaces) == []
    assert find_wrong_glyphs(large, [(glyph, "夢") for glyph in drawn], typefaces) == [(g, "夢") for g in drawn]


def test_signs_that_a_face_draws_alike_are_taken_from_another_one(built: Callable[..., Built]) -> None:
    text = "Harga ₹40, ₺30 dan ₽20."
    book = built({"ar.txt": "السعر ₹40 و₺30 و₽20.", "id.txt": text, "book.toml": '[fonts]\nid = "PT Serif"\n'})
    fonts = next(o for o in book.report["outputs"] if o["format"] == "pdf")["fonts"]
    assert {"PT Serif", "Noto Sans"} <= set(fonts)


def test_digits_of_a_language_in_proportional_widths_are_proved(built: Callable[..., Built]) -> None:
    urdu = "\n\n".join(f"# دفعہ {n}\n\nیہ ایک پیراگراف ہے۔" for n in "۱۲۳۴۵۶۷")
    english = "\n\n".join(f"# Article {n}\n\nThis is a paragraph." for n in "1234567")
    built({"ur.md": urdu, "en.md": english}, formats=("pdf",))


def test_faces_with_placeholders_are_known() -> None:
    families = find_packaged_families()
    wrong = {face.stem: find_placeholders(face.path) for family in families.values() for face in family.faces}
    roubles = frozenset(map(ord, "₶₷₹₺₻₼₾₿⃀"))
    assert {stem: points for stem, points in wrong.items() if points} == {
        **dict.fromkeys(("PTSerif-400", "PTSerif-400Italic", "PTSerif-700", "PTSerif-700Italic"), roubles),
        "CrimsonText-600": frozenset(map(ord, "ˆ˘˙˚˝μ")),
        "CrimsonText-700": frozenset(map(ord, "ˆ˘˙˝μ")),
    }
    regular = families["PT Serif"].face(400)
    assert ord("₽") in find_characters(regular.path)
    assert ord("₹") not in find_characters(regular.path)


@pytest.mark.parametrize(
    "rule",
    [
        ".t { color: #fff }",
        ".t { opacity: 0 }",
        ".t { position: relative; left: -900pt }",
        ".t { transform: scale(0.001) }",
        ".t { transform: translate(0, 2000pt) }",
        ".unit { overflow: hidden; height: 1pt }",
    ],
)
def test_text_that_a_stylesheet_hides_is_found(rule: str, project: Callable[..., Project]) -> None:
    here = project({**GOOD, "book.css": rule})
    done = command("build", "--root", str(here.root), "--edition", "stacked")
    assert done.status == 1
    assert "[O008]" in done.err


@pytest.mark.parametrize("rule", ["h1 { color: #603 }", ".t { color: #555 }", ".numbers { display: none }"])
def test_a_look_of_its_own_is_no_hiding(rule: str, built: Callable[..., Built]) -> None:
    built({**GOOD, "book.css": rule}, formats=("pdf",))


def test_a_subset_of_an_e_book_has_all_its_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    face = find_packaged_families()["Amiri"].face(400)
    assert subset_face(face, "قال")
    whole = uharfbuzz.subset

    def lose(font: object, wanted: uharfbuzz.SubsetInput) -> object:
        wanted.unicode_set.discard(ord("ل"))
        return whole(font, wanted)

    monkeypatch.setattr(uharfbuzz, "subset", lose)
    with pytest.raises(SourceError, match="'ل'"):
        subset_face(face, "قال")


@pytest.mark.parametrize("point", [0x34F, 0x180E, 0x2061, 0x2064, 0xFE00, 0xFE0E, 0xFE0F, 0xE0100])
def test_a_character_that_asks_for_no_glyph_stops_nothing(point: int, project: Callable[..., Project]) -> None:
    char = chr(point)
    here = project(
        {"ar.txt": f"كل{char}مة{char} هنا ☎{char} و{char}", "id.txt": f"Ka{char}ta{char} di ☎{char} sini{char}"}
    )
    outcome = build(here, BuildRequest(formats=("pdf",))).outcomes[0]
    assert outcome.outputs, outcome.findings


def test_a_letter_takes_the_shape_of_the_part_of_a_word_that_its_line_holds(project: Callable[..., Project]) -> None:
    word = "یۆرووباکوردییئیبیبۆکەناریفۆنیسکۆتسڕۆژاوایئۆکرانیاکۆیرابێرمووداکۆرسیکیهیندی"
    here = project({"ckb.txt": f"{word} باربودا.", "fr.txt": "Mots."})
    outcome = build(here, BuildRequest(formats=("pdf",), editions=("large-print",))).outcomes[0]
    assert [finding.code for finding in outcome.findings if finding.severity == "error"] == []
