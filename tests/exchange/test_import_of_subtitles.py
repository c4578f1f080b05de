"""Subtitles: paired by their times."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import command, write
from imports import units, written_and_lost

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
        ("Hello there.", "Halo."), ("How are you?", "Apa kabar?"), ("I am fine, and I go.", "Aku baik, dan aku pergi."),
    ]  # fmt: skip
