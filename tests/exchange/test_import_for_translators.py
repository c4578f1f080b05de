"""Files of translators' programs: memories, catalogues, XLIFF and its dialects."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import command, write
from imports import TAGS, units, written_and_lost

from bookbuild.book.folder import open_book
from bookbuild.book.load import load_book
from bookbuild.model.inline import Strong, Text
from bookbuild.model.project import open_project

pytest.importorskip("pypandoc", reason="the extra `import` is not installed")


def test_memories_of_several_regions_and_second_texts(tmp_path: Path) -> None:
    def unit(**texts: str) -> str:
        variants = "".join(
            f'<tuv xml:lang="{tag.rstrip("2").replace("_", "-")}"><seg>{t}</seg></tuv>' for tag, t in texts.items()
        )
        return f"<tu>{variants}</tu>"

    units = [
        unit(ar="واحد", id="satu", zh_Hans="一", zh_Hant="壹"), unit(ar_EG="اثنان", id_ID="dua <ph>x<sub>dalam</sub></ph>"),
        unit(ar="ثلاثة", id="tiga", id2="tiga lagi"), unit(ar="أربعة", id="empat"),
    ]  # fmt: skip
    head = '<header srclang="ar" adminlang="en" datatype="x" segtype="block" o-tmf="x" creationtool="x" creationtoolversion="1"/>'
    write(tmp_path, {"m.tmx": f'<tmx version="1.4">{head}<body>{"".join(units)}</body></tmx>'})
    lines, lost = written_and_lost(tmp_path, "m.tmx")
    assert lines == [["واحد", "اثنان", "ثلاثة", "أربعة"], ["satu", "dua", "tiga", "empat"], ["一"], ["壹"]]
    assert lost == ["texts inside codes: “dalam”", "second texts of id in a unit: “tiga lagi”"]


def test_spaces_between_segments_are_kept_and_characters_that_are_none_left_out(tmp_path: Path) -> None:
    segments = "".join(
        f"<segment><source>{a}</source><target>{b}</target></segment>{between}"
        for a, b, between in (
            (
                "أولى.",
                'Satu<cp hex="110000"/><cp hex="zz"/><cp hex="0001"/><cp hex="D800"/>.',
                "<ignorable><source> </source></ignorable>",
            ),
            ("ثانية.", "Dua.", "<ignorable><source> لا </source></ignorable>"),
            ("ثالثة.", "Tiga.", ""),
        )
    )
    space = 'xmlns="urn:oasis:names:tc:xliff:document:2.0"'
    write(
        tmp_path,
        {
            "x.xlf": f'<xliff version="2.0" {space} srcLang="ar" trgLang="id"><file id="f"><unit id="1">{segments}</unit></file></xliff>'
        },
    )
    assert written_and_lost(tmp_path, "x.xlf") == ([["أولى. ثانية. لا ثالثة."], ["Satu. Dua. Tiga."]], [])


def test_what_catalogues_do_not_give_is_told(tmp_path: Path) -> None:
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\nLanguage: id\\nPlural-Forms: nplurals=1; plural=0;\\n"\n\n'
    entries = '#, fuzzy\nmsgid "One"\nmsgstr "Satu"\n\nmsgid "File"\nmsgid_plural "Files"\nmsgstr[0] "Berkas"\n'
    write(tmp_path, {"c.po": head + entries})
    lines, lost = written_and_lost(tmp_path, "c.po")
    assert lines == [["One", "File"], ["Berkas"]]
    assert lost == ["translations that are marked as unsure (fuzzy): “Satu”", "other plural forms: “Files”"]


MEMORY = """<?xml version="1.0"?><!DOCTYPE tmx SYSTEM "tmx14.dtd"><tmx version="1.4"><header/><body>
<tu><tuv xml:lang="ar-SA"><seg>نص <bpt i="1" type="bold">{\\b </bpt>مهم<ept i="1">}</ept> هنا<ph>&lt;br/&gt;</ph>.</seg></tuv>
<tuv xml:lang="id-ID"><seg>Teks <bpt i="1">&lt;b&gt;</bpt>penting<ept i="1">&lt;/b&gt;</ept> di sini.</seg></tuv>
<tuv xml:lang="EN-US"><seg>An <hi type="italic">important</hi> text.</seg></tuv></tu></body></tmx>"""


def test_codes_of_other_programs_become_emphasis_or_nothing(tmp_path: Path) -> None:
    write(tmp_path, {"m.tmx": MEMORY.encode("utf-16")})
    run = command("import", str(tmp_path / "m.tmx"), "--languages", "ar,id", "--book", "book", "--root", str(tmp_path))
    assert run.status == 0, run.err
    project = open_project(tmp_path)
    unit = next(load_book(project, open_book(project, "book")).book.units())
    assert [b.text for b in unit.blocks] == ["نص مهم هنا.", "Teks penting di sini."]
    assert [[type(i) for i in b.content] for b in unit.blocks] == [[Text, Strong, Text], [Text, Strong, Text]]


XLIFF = """<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2"><file original="a" source-language="ar" target-language="id" datatype="x">
<body><group id="g"><trans-unit id="1"><source>واحد. اثنان.</source><seg-source><mrk mtype="seg" mid="1">واحد.</mrk> <mrk mtype="seg" mid="2">اثنان.</mrk></seg-source>
<target><mrk mtype="seg" mid="1">Satu.</mrk> <mrk mtype="seg" mid="2"><g id="1" ctype="bold">Dua</g><x id="2"/><bpt id="3" rid="7" ctype="italic">[i]</bpt> lagi<ept id="4" rid="7">[/i]</ept>.</mrk></target>
<alt-trans><target>Salah.</target></alt-trans></trans-unit></group></body></file></xliff>"""


def test_xliff_with_segments_and_alternatives(tmp_path: Path) -> None:
    write(tmp_path, {"x.xliff": XLIFF})
    run = command("import", str(tmp_path / "x.xliff"), "--book", "book", "--root", str(tmp_path))
    assert run.status == 0, run.err
    assert [u[3] for u in units(tmp_path, "book")] == [("واحد. اثنان.", "Satu. Dua lagi.")]
    assert (tmp_path / "source" / "book" / "id.md").read_text("utf-8") == "Satu. **Dua** *lagi*.\n"


TRADOS = """<xliff xmlns:sdl="http://sdl.com/FileTypes/SdlXliff/1.0" xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2" sdl:version="1.0">
<file original="a.docx" source-language="ar-SA" target-language="id-ID"><header><reference><internal-file form="base64">UEs=</internal-file></reference>
<tag-defs xmlns="http://sdl.com/FileTypes/SdlXliff/1.0"><tag id="pt2"><bpt name="cf">&lt;cf bold="on" italic="off"&gt;</bpt><ept>&lt;/cf&gt;</ept></tag>
<tag id="3"><bpt>&lt;cf italic=True&gt;</bpt></tag><tag id="4"><ph>&lt;br/&gt;</ph></tag></tag-defs></header><body>
<trans-unit id="lock" translate="no" sdl:locktype="Manual"><source>NATO</source></trans-unit>
<trans-unit translate="no" id="t"><source><x id="0"/></source></trans-unit>
<group><trans-unit id="1"><source>نص <g id="pt2">مهم</g> هنا. ثم <x id="l" xid="lock"/>.</source>
<seg-source><mrk mtype="seg" mid="1">نص <g id="pt2">مهم</g> هنا.</mrk> <mrk mtype="seg" mid="2">ثم <x id="l" xid="lock"/>.</mrk></seg-source>
<target><mrk mtype="seg" mid="1">Teks <g id="pt2">pen<g id="3">ting</g></g> di sini.</mrk> <mrk mtype="seg" mid="2">Lalu <x id="l" xid="lock"/>.</mrk></target>
<sdl:seg-defs><sdl:seg id="1" conf="Translated"/></sdl:seg-defs></trans-unit></group></body></file></xliff>"""

MEMOQ = """<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2" xmlns:mq="MQXliff"><file original="x" source-language="ar" target-language="id"><body>
<trans-unit id="1" mq:status="Confirmed"><source xml:space="preserve">نص <bpt id="1" ctype="bold">{}</bpt>مهم<ept id="1">{}</ept><ph id="2">&lt;mq:ch val=" " /&gt;</ph>هنا. ثم NATO.</source>
<target xml:space="preserve">Teks <bpt id="1" ctype="bold">{}</bpt>pen<bpt id="2" ctype="italic">{}</bpt>ting<ept id="2">{}</ept><ept id="1">{}</ept><ph id="2">&lt;mq:ch val="&#10;" /&gt;</ph>di sini. Lalu NATO.</target>
<mq:minorversions><mq:historical-unit><source>Lama</source><target>Tua</target></mq:historical-unit></mq:minorversions></trans-unit></body></file></xliff>"""

PHRASE = """<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2" xmlns:m="http://www.memsource.com/mxlf/2.0">
<file original="a.docx" source-language="ar" target-language="id"><body>
<group id="0" m:para-id="7"><trans-unit id="t:0" m:para-id="7"><source>نص {b>مهم&lt;b} هنا.{1}</source><target>Teks {b>pen{i>ting&lt;i}&lt;b} di sini.</target>
<alt-trans><target>Bukan ini.</target></alt-trans><m:tunit-metadata><m:mark id="1"><m:content>x</m:content></m:mark></m:tunit-metadata></trans-unit></group>
<group id="1" m:para-id="7"><trans-unit id="t:1" m:para-id="7"><source>ثم NATO.</source><target>Lalu NATO.</target></trans-unit></group></body></file></xliff>"""


@pytest.mark.parametrize(("name", "data"), [("a.sdlxliff", TRADOS), ("a.mqxliff", MEMOQ), ("a.mxliff", PHRASE)])
def test_files_of_translators_programs_are_read(tmp_path: Path, name: str, data: str) -> None:
    write(tmp_path, {name: "\ufeff" + data})
    run = command("import", str(tmp_path / name), "--book", "book", "--languages", "ar,id", "--root", str(tmp_path))
    assert run.status == 0, run.err
    book = tmp_path / "source" / "book"
    found = [next(book.glob(f"{tag}*.md")).read_text("utf-8") for tag in TAGS]
    assert found == ["نص **مهم** هنا. ثم NATO.\n", "Teks **pen*ting*** di sini. Lalu NATO.\n"]


def rows_of(folder: Path, name: str, data: str | bytes, *options: str) -> tuple[list[list[str]], str]:
    """Import a file of translators; give the lines that were written a language, and what was told."""
    write(folder, {name: data})
    run = command("import", str(folder / name), "--book", "b", *options, "--root", str(folder))
    assert run.status == 0, run.err
    texts = sorted((folder / "source" / "b").glob("*.[tm][xd]*"))
    return [[line for line in text.read_text("utf-8").splitlines() if line] for text in texts], run.err


def memory(*units: str) -> str:
    return f'<tmx version="1.4"><header srclang="en"/><body>{"".join(f"<tu>{u}</tu>" for u in units)}</body></tmx>'


def test_a_language_in_several_spellings_is_one(tmp_path: Path) -> None:
    data = memory(
        '<tuv xml:lang="en-us"><seg>One.</seg></tuv><tuv xml:lang="ar_EG"><seg>واحد.</seg></tuv>',
        '<tuv xml:lang="AR-eg"><seg>اثنان.</seg></tuv><tuv lang="EN-US"><seg>Two.</seg></tuv>',
        '<tuv xml:lang="ar"><seg>ثلاثة.</seg></tuv><tuv xml:lang="English"><seg>Three.</seg></tuv>',
    )
    assert rows_of(tmp_path, "m.tmx", data) == ([["واحد.", "اثنان.", "ثلاثة."], ["One.", "Two.", "Three."]], "")


def test_texts_of_a_memory_without_a_segment_or_a_language_are_kept_or_told(tmp_path: Path) -> None:
    data = memory(
        '<tuv xml:lang="en"><note>x</note>One <bpt i="1">&lt;b&gt;</bpt>now<ept i="1">&lt;/b&gt;</ept>.</tuv><tuv xml:lang="id"><seg>Satu.</seg></tuv>',
        '<tuv xml:lang="en"><seg>Two.</seg></tuv><tuv xml:lang="id"/>',
        '<tuv xml:lang="en"><seg>Three.</seg></tuv><tuv xml:lang="id"><seg>Tiga.</seg></tuv><tuv><seg>Lost.</seg></tuv>',
    )  # fmt: skip
    (english, indonesian), told = rows_of(
        tmp_path, "m.tmx", data.replace("<tmx", '<tmx xmlns="http://www.lisa.org/tmx14"')
    )
    assert (english, indonesian) == (["One **now**.", "Two.", "Three."], ["Satu.", "Tiga."])
    assert told == "warning: not taken over: texts without a language: “Lost.”\n"


def xliff(*files: str) -> str:
    return f'<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">{"".join(files)}</xliff>'


def file_of(target: str, *units: tuple[str, str, str], original: str = "a") -> str:
    written = "".join(
        f"<trans-unit {identifier}><source>{source}</source>{f'<target>{other}</target>' if other else ''}</trans-unit>"
        for identifier, source, other in units
    )
    return f'<file source-language="en" target-language="{target}" original="{original}"><body>{written}</body></file>'


def test_units_without_an_id_or_with_the_same_one_are_all_kept(tmp_path: Path) -> None:
    one = file_of("id", ("", "One.", "Satu."), ("", "Two.", "Dua."), ('id="1"', "Three.", "Tiga."))
    two = file_of("id", ('id="1"', "Four.", "Empat."), ('id="1"', "Five.", "Lima."), ('resname="x"', "Six.", "Enam."))
    lines, told = rows_of(tmp_path, "m.xlf", xliff(one, two))
    assert lines == [
        ["One.", "Two.", "Three.", "Four.", "Five.", "Six."], ["Satu.", "Dua.", "Tiga.", "Empat.", "Lima.", "Enam."]
    ]  # fmt: skip
    assert told == ""


def test_files_of_several_targets_share_their_sources(tmp_path: Path) -> None:
    units = [("", "One.", "{}1"), ('id="1"', "Two.", "{}2"), ('id="1"', "Two.", "{}3")]
    files = [file_of(tag, *((i, s, t.format(tag)) for i, s, t in units)) for tag in ("id", "ar")]
    lines, _ = rows_of(tmp_path, "m.xlf", xliff(*files))
    assert lines == [["ar1", "ar2", "ar3"], ["One.", "Two.", "Two."], ["id1", "id2", "id3"]]


@pytest.mark.parametrize(("encoding", "tag", "text"), [
    ("KOI8-R", "ru", "Привет"), ("windows-1256", "ar", "مرحبا"), ("EUC-JP", "ja", "こんにちは"), ("CHARSET", "fr", "Été"),
])  # fmt: skip
def test_a_catalogue_is_read_in_the_encoding_of_its_header(tmp_path: Path, encoding: str, tag: str, text: str) -> None:
    head = f'msgid ""\nmsgstr ""\n"Language: {tag}\\n"\n"Content-Type: text/plain; charset={encoding}\\n"\n\n'
    codec = "utf-8" if encoding == "CHARSET" else encoding
    lines, told = rows_of(tmp_path, "m.po", f'{head}msgid "Hello"\nmsgstr "{text}"\n'.encode(codec))
    assert (sorted(lines), told) == (sorted([["Hello"], [text]]), "")


@pytest.mark.parametrize("encoding", ["no-such-thing", "ascii"])
def test_a_catalogue_in_another_encoding_than_it_says_is_told(tmp_path: Path, encoding: str) -> None:
    data = f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset={encoding}\\n"\n\nmsgid "a"\nmsgstr "é"\n'
    write(tmp_path, {"m.po": data})
    run = command("import", str(tmp_path / "m.po"), "--book", "b", "--languages", "en,fr", "--root", str(tmp_path))
    assert run.status == 1
    assert f"m.po: the catalogue is not in the encoding that it declares ({encoding}): correct charset=" in run.err
