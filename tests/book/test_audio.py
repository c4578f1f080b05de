"""Recordings and their timing files: what becomes of them in the e-book, and what is said where they do not fit."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from conftest import Built, command
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from speech import sound, spoken_book

from bookbuild.book.timings import TimeSpan, assign_clips, parse_clock, parse_timings
from bookbuild.model.errors import SourceError
from bookbuild.model.project import Project

lameenc = pytest.importorskip("lameenc")


def smil(built: Built, name: str = "overlays/c1.smil") -> list[tuple[str, str, str, str]]:
    with zipfile.ZipFile(built.epub) as archive:
        root = etree.fromstring(archive.read(f"EPUB/{name}"))
    return [(p[0].get("src"), p[1].get("src"), p[1].get("clipBegin"), p[1].get("clipEnd")) for p in root.iter("{*}par")]


def test_recordings_become_overlays_pair_by_pair(built: Callable[..., Built]) -> None:
    book = built(spoken_book(lameenc), formats=("epub",))
    assert smil(book)[:3] == [
        ("../c1.xhtml#h1-ar", "../audio/c1-ar.mp3", "0.000s", "0.800s"),
        ("../c1.xhtml#h1-id", "../audio/c1-id.mp3", "0.000s", "0.800s"),
        ("../c1.xhtml#u1-ar", "../audio/c1-ar.mp3", "0.800s", "1.600s"),
    ]
    package = etree.fromstring(book.document("content.opf").encode())
    items = {e.get("href"): e for e in package.iter("{*}item")}
    assert items["c1.xhtml"].get("media-overlay") == items["overlays/c1.smil"].get("id")
    assert items["audio/c1-ar.mp3"].get("media-type") == "audio/mpeg"
    facts = [(e.get("property"), e.get("refines"), e.text) for e in package.iter("{*}meta")]
    assert ("media:duration", None, "4.800s") in facts
    assert ("media:duration", f"#{items['overlays/c1.smil'].get('id')}", "4.800s") in facts
    assert ("media:narrator", None, "Pembaca") in facts
    assert ("schema:accessMode", None, "auditory") in facts
    assert ("schema:accessibilityFeature", None, "synchronizedAudioText") in facts
    assert "-epub-media-overlay-active" in book.document("book.css")


def test_the_popup_is_read_original_first(project: Callable[..., Project]) -> None:
    made = project(spoken_book(lameenc))
    done = command(
        "build", "--root", str(made.root), "--edition", "popup", "--edition", "reader-id", "--format", "epub"
    )
    assert done.status == 0, done.err
    with zipfile.ZipFile(made.dist / "book-popup.epub") as archive:
        root = etree.fromstring(archive.read("EPUB/overlays/c1.smil"))
    order = [e.get("src").split("#")[1] for e in root.iter("{*}text")]
    assert order == ["h1-ar", "u1-ar", "u2-ar", "h1-id", "u1-id", "u2-id"]
    with zipfile.ZipFile(made.dist / "book-reader-id.epub") as archive:
        assert [n for n in archive.namelist() if "audio/" in n] == ["EPUB/audio/c1-id.mp3"]


def test_chapters_have_their_own_recordings_and_without_any_nothing_changes(built: Callable[..., Built]) -> None:
    files: dict[str, str | bytes] = {}
    for n in (1, 2):
        files |= {f"ar/{n}.md": f"# فصل {n}\n\nنص {n}.", f"id/{n}.md": f"# Bab {n}\n\nTeks {n}."}
    plain = built(files, formats=("epub",))
    assert "overlay" not in plain.document("content.opf")
    assert "overlay" not in plain.document("book.css")
    files |= {"audio/id/2.mp3": sound(lameenc, 2.2), "audio/id/2.txt": "0\t0\tBab\n1.0\t1.0\tTeks\n"}
    book = built(files, formats=("epub",))
    assert smil(book, "overlays/c2.smil") == [
        ("../c2.xhtml#h2-id", "../audio/c2-id.mp3", "0.000s", "1.000s"),
        ("../c2.xhtml#u2-id", "../audio/c2-id.mp3", "1.000s", smil(book, "overlays/c2.smil")[1][3]),
    ]
    assert 2.1 < float(smil(book, "overlays/c2.smil")[1][3][:-1]) < 2.4


LABELS = "0\t1\t\n1\t2\t\n"


@pytest.mark.parametrize(
    ("files", "code", "said"),
    [
        ({"audio/id.mp3": b"x" * 5000}, "M001", "source/book/audio/id.mp3: the recording has no sound, or is of another kind"),
        ({"audio/id.m4a": b"x" * 5000}, "M001", "source/book/audio/id.m4a: the recording"),
        ({"audio/id.wav": b"RIFF"}, "M001", "source/book/audio/id.wav: e-readers cannot play this recording: save it as MP3"),
        ({"audio/di.mp3": None}, "M001", "source/book/audio/di.mp3: no text has the name of this recording: name it like a text: ar, id"),
        ({"audio/id.mp3": None}, "M002", "source/book/audio/id.mp3: there is no timing file for this recording"),
        ({"audio/id.txt": LABELS}, "M001", "source/book/audio/id.txt: there is no recording of this name"),
        ({"audio/id.mp3": None, "audio/id.txt": "0\t1\tx\n"}, "M002", "audio/id.txt: the recording has 1 label for 2 paragraphs and headings"),
        ({"audio/id.mp3": None, "audio/id.txt": "kata\n"}, "M002", "audio/id.txt:1: this line does not begin with two times in seconds"),
        ({"audio/id.mp3": None, "audio/id.txt": "\n"}, "M002", "audio/id.txt: there is no label in it"),
        ({"audio/id.mp3": None, "audio/id.txt": "0\t1\t1\n1\t2\t1\n"}, "M002", "audio/id.txt:2: the paragraph '1' already has a label"),
        ({"audio/id.mp3": None, "audio/id.txt": "0\t1\t1\n1\t2\t7\n"}, "M002", "audio/id.txt:2: '7' is not a paragraph of this chapter"),
        ({"audio/id.mp3": None, "audio/id.txt": "0\t1\t1\n9\t12\t2\n"}, "M002", "audio/id.txt:2: a label from 9 s does not lie in the recording"),
        ({"audio/id.mp3": None, "audio/id.txt": "0\t1\t1\n1\t1.0001\t2\n"}, "M002", "audio/id.txt:2: a label from 1 s has no length"),
        ({"audio/id.mp3": None, "audio/id.vtt": "x\n"}, "M002", "audio/id.vtt:1: this is not WebVTT"),
        ({"audio/id.mp3": None, "audio/id.vtt": "WEBVTT\n\n1 --> 2\n"}, "M002", "audio/id.vtt:3: the times of this cue cannot be read"),
        ({"audio/id.mp3": None, "audio/id.vtt": f"WEBVTT\n\n{'9' * 5000}:00:00.000 --> 00:01.000\n"}, "M002", "audio/id.vtt:3: the times of this cue cannot be read"),
        ({"audio/id.mp3": None, "audio/id.txt": f"{'9' * 400}\t1\t\n"}, "M002", "audio/id.txt:1: this line does not begin with two times"),
        ({"audio/id.mp3": None, "audio/id.smil": "<smil>"}, "M002", "audio/id.smil:1: this is not well-formed SMIL"),
        ({"audio/id.mp3": None, "audio/id.smil": "<smil><par/></smil>"}, "M002", "audio/id.smil:1: a par has no text or no audio"),
        ({"audio/id.mp3": None, "audio/id.ogg": None, "audio/id.txt": LABELS}, "M001", "audio/id.ogg: this text has two recordings"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_recordings_is_told(
    files: dict[str, Any], code: str, said: str, project: Callable[..., Project]
) -> None:
    recorded = sound(lameenc, 3)
    made = project(
        {"ar.txt": "نص.\nنص.", "id.txt": "Teks.\nTeks.", **{n: recorded if d is None else d for n, d in files.items()}}
    )
    done = command("build", "--root", str(made.root), "--format", "epub")
    assert done.status == 1
    assert said in done.err, done.err
    assert f"[{code}]" in done.err


def test_smil_names_units_by_its_fragments(built: Callable[..., Built]) -> None:
    text = """<smil xmlns="http://www.w3.org/ns/SMIL"><body>
<par><text src="x.xhtml#u2-id"/><audio src="y.mp3" clipBegin="0:00:01.5" clipEnd="2s"/></par>
<par><text src="x.xhtml#u1"/><audio src="y.mp3" clipBegin="0s" clipEnd="1500ms"/></par></body></smil>"""
    book = built(
        {"ar.txt": "نص.\nنص.", "id.txt": "Teks.\nTeks.", "audio/id.mp3": sound(lameenc, 3), "audio/id.smil": text},
        formats=("epub",),
    )
    assert [(text.split("#")[1], begin, end) for text, _, begin, end in smil(book)] == [
        ("u1-id", "0.000s", "1.500s"),
        ("u2-id", "1.500s", "2.000s"),
    ]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("5:34:31.396", 20071.396), ("124:59:36", 449976), ("0:05:01.2", 301.2), ("09:58", 598), ("00:56.78", 56.78),
     ("76.2s", 76.2), ("7.75h", 27900), ("13min", 780), ("2345ms", 2.345), ("12.345", 12.345), ("npt=3s", 3)],
)  # fmt: skip
def test_clock_values_of_the_standard(value: str, seconds: float) -> None:
    assert parse_clock(value) == pytest.approx(seconds)


UNITS = [("h1", ""), ("u1", "1"), ("u2", "2")]


@pytest.mark.slow
@given(st.text(max_size=200), st.sampled_from([".txt", ".vtt", ".smil"]))
def test_no_timing_file_breaks_the_program(text: str, suffix: str) -> None:
    try:
        found = assign_clips(parse_timings(text, "x", suffix), UNITS, "x", 60.0)
    except SourceError as error:
        assert error.findings
    else:
        assert all(0 <= one.begin < one.end <= 60.0 for one in found.values())


def test_labels_in_any_digits_and_with_spectral_ranges() -> None:
    text = "0.5\t1.5\t١\n\\\t100\t200\n1.5\t2.5\tu2\n"
    assert assign_clips(parse_timings(text, "x", ".txt"), UNITS, "x", 3.0) == {
        "u1": TimeSpan(0.5, 1.5),
        "u2": TimeSpan(1.5, 2.5),
    }
