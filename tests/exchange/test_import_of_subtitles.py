"""Subtitles: paired by their times."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from conftest import command, write
from imports import units, written_and_lost
from made_translations import translation

from bookbuild.exchange.importing.cue_times import estimate_line
from bookbuild.exchange.importing.cues import Cue
from bookbuild.exchange.importing.subtitles import pair_editions

pytest.importorskip("pypandoc", reason="the extra `import` is not installed")


def test_entities_of_subtitles_are_characters(tmp_path: Path) -> None:
    for tag, word in (("ar", "ثم"), ("id", "lalu")):
        cue = f"00:00:01.000 --> 00:00:02.000\n<v A>{word} &amp; &lt;b&gt; &unknown; &#x2014;</v>\n"
        write(tmp_path, {f"{tag}.vtt": f"WEBVTT\n\n{cue}"})
    lines, lost = written_and_lost(tmp_path, "ar.vtt", "id.vtt")
    assert lines == [["ثم & <b> &unknown; —"], ["lalu & <b> &unknown; —"]]
    assert lost == ["ar: the names of speakers (A)", "id: the names of speakers (A)"]


SRT = {
    "en": "1\n00:00:01,000 --> 00:00:03,000\n<i>Hello</i> there.\n\n2\n00:00:04,000 --> 00:00:06,000\nHow are\nyou?\n\n3\n00:00:07,000 --> 00:00:11,000\nI am fine, and I go.\n",
    "id": "1\n00:00:01,100 --> 00:00:03,100\nHalo.\n\n2\n00:00:04,000 --> 00:00:05,900\nApa kabar?\n\n3\n00:00:07,000 --> 00:00:09,000\nAku baik,\n\n4\n00:00:09,000 --> 00:00:11,000\ndan aku pergi.\n",
}


def test_subtitles_are_paired_by_their_times(tmp_path: Path) -> None:
    vtt = "WEBVTT\n\nNOTE x\n\n" + SRT["id"].replace(",100", ".100").replace(",000", ".000").replace(",900", ".900")
    write(tmp_path, {"film.en.srt": "\ufeff" + SRT["en"], "film.id.vtt": vtt})
    run = command(
        "import",
        str(tmp_path / "film.en.srt"),
        str(tmp_path / "film.id.vtt"),
        "--book",
        "film",
        "--root",
        str(tmp_path),
    )
    assert run.status == 0, run.err
    assert [u[3] for u in units(tmp_path, "film")] == [
        ("Hello there.", "Halo."), ("How are you?", "Apa kabar?"), ("I am fine, and I go.", "Aku baik,\ndan aku pergi."),
    ]  # fmt: skip


def test_cues_that_were_paired_wrongly_can_be_paired_again(tmp_path: Path) -> None:
    """Every cue is a paragraph of its own, whatever row it stands in."""
    write(tmp_path, {f"film.{tag}.srt": text for tag, text in SRT.items()})
    files = [str(tmp_path / f"film.{tag}.srt") for tag in SRT]
    assert command("import", *files, "--book", "film", "--root", str(tmp_path)).status == 0
    table = tmp_path / "source" / "film" / "aligned.csv"
    table.write_text("en,id\nHello there. How are you?,Halo.\n", "utf-8")
    assert command("align", "--anew", "--book", "film", "--root", str(tmp_path)).status == 0
    assert units(tmp_path, "film")[0][3] == ("Hello there.", "Halo.")


def two_editions() -> tuple[list[Cue], list[Cue]]:
    """A text and its translation as subtitles of two editions of a film, whose cues begin a little apart."""
    rng = random.Random(5)  # noqa: S311 - no secret
    sides: tuple[list[Cue], list[Cue]] = ([], [])
    time = 20_000
    for pair in zip(*translation(120, 5), strict=True):
        length = 1000 + 60 * len(pair[0])
        for side, text, shift in zip(sides, pair, (0, rng.randint(-200, 200)), strict=True):
            side.append(Cue(time + shift, time + length + shift, text))
        time += length + rng.choice((100, 400, 3000))
    return sides


@pytest.mark.parametrize(
    ("rate", "offset"), [(1, 0), (1, 3000), (1, 15_000), (1, -40_000), (25 / (24000 / 1001), 0), (0.96, 15_000)]
)
def test_editions_that_begin_later_or_run_faster_are_led_together(rate: float, offset: int) -> None:
    first, second = two_editions()
    moved = [Cue(round(c.start * rate) + offset, round(c.end * rate) + offset, c.text) for c in second]
    line = estimate_line(first, moved).line
    assert line is not None
    rows, remarks = pair_editions([first, moved], ["ar", "id"])
    assert [[[b.text for b in blocks] for blocks in row] for row in rows] == [
        [[" ".join(c.text.split())] for c in pair] for pair in zip(first, second, strict=True)
    ]
    assert bool(remarks) == bool(offset or rate != 1)


def test_editions_of_other_cuts_are_paired_by_their_words() -> None:
    """Each reel of the second begins at a time of its own."""
    first, second = two_editions()
    reels = [
        Cue(c.start + 20_000 * (n // 6) ** 2, c.end + 20_000 * (n // 6) ** 2, c.text) for n, c in enumerate(second)
    ]
    rows, remarks = pair_editions([first, reels], ["ar", "id"])
    gold = {(a.text, b.text) for a, b in zip(first, second, strict=True)}
    found = {(ours[0].text, theirs[0].text) for ours, theirs in rows if len(ours) == len(theirs) == 1}
    assert len(gold & found) > 0.9 * len(gold)
    assert "paired by the words" in remarks[0]


def test_subtitles_that_begin_at_one_time_keep_their_order(tmp_path: Path) -> None:
    cues = "".join(f"{n}\n00:00:01,000 --> 00:00:0{6 - n},000\n{w}\n\n" for n, w in ((1, "Dua"), (2, "baris")))
    write(tmp_path, {"id.srt": cues, "ar.srt": "1\n00:00:01,000 --> 00:00:05,000\nسطران\n"})
    lines, _ = written_and_lost(tmp_path, "ar.srt", "id.srt")
    assert lines == [["سطران"], ["Dua", "baris"]]


@pytest.mark.parametrize("form", ["lines", "cues"])
def test_one_file_of_subtitles_may_have_both_languages(tmp_path: Path, form: str) -> None:
    times = "00:00:0{0},000 --> 00:00:0{0},900"
    pairs = (("(lagu KISS\ndari jauh)", "（播放 KISS 的歌）"), ("Selamat pagi.", "你好。"))
    cues = []
    for n, pair in enumerate(pairs, 1):
        texts = pair if form == "cues" else ("\n".join(pair),)
        cues += [f"{n}\n{times.format(n)}\n{text}\n" for text in texts]
    write(tmp_path, {"film.srt": "\n".join(cues)})
    run = command(
        "import", str(tmp_path / "film.srt"), "--book", "film", "--languages", "id,zh", "--root", str(tmp_path)
    )
    assert run.status == 0, run.err
    assert [u[3] for u in units(tmp_path, "film")] == [
        ("(lagu KISS dari jauh)", "（播放 KISS 的歌）"), ("Selamat pagi.", "你好。"),
    ]  # fmt: skip
