"""Exports: sound, by the schemas of their standards, and the same book when they come back."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from conftest import NATO, build_once, command, judge, write
from imports import units
from lxml import etree
from reading_engines import JUDGES

pytest.importorskip("pypandoc", reason="the extra `import` is not installed")

EVERYTHING = {
    "ar.md": '# عنوان <&>\n\nنص **مهم** و*مائل* و[رابط](https://example.org/?a=1&b=2)[^1].\n\n- بند\n\nبيت //  شطر\\\nسطر\n\n| أ | ب |\n|---|---|\n| ج | د |\n\n[^1]: حاشية "هنا".\n',
    "id.md": '# Judul <&>\n\nTeks **penting** dan *miring* dan [tautan](https://example.org/?a=1&b=2)[^1].\n\n- butir\n\nLarik //  tengah\\\nBaris\n\n| a | b |\n|---|---|\n| =c | d |\n\n[^1]: Catatan "di sini".\n',
}


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    def make(folder: Path) -> None:
        write(folder / "source" / "all", EVERYTHING)
        shutil.copytree(NATO, folder / "source" / "nato-1954")
        run = command("build", "--format", "tmx,xliff,xlsx,html,txt", "--root", str(folder))
        assert run.status == 0, run.err
        assert command("check", "--root", str(folder)).status == 0

    return build_once(tmp_path_factory, "exported", make)


def test_exports_are_well_formed_and_read_by_others(exported: Path) -> None:
    from translate.storage import tmx, xliff

    memory = etree.parse(str(exported / "dist" / "all.tmx"))
    assert memory.getroot().get("version") == "1.4"
    assert memory.find("header").get("srclang") == "ar"
    with (exported / "dist" / "nato-1954.tmx").open("rb") as file:
        store = tmx.tmxfile(file, "ar", "id")
    assert [u.target for u in store.units][1] == units(exported, "nato-1954")[1][3][1]
    with (exported / "dist" / "all.xliff").open("rb") as file:
        pairs = [(u.source, u.target) for u in xliff.Xliff1File(file).units]
    assert pairs[0] == ("عنوان <&>", "Judul <&>")
    page = etree.fromstring((exported / "dist" / "all.html").read_bytes().replace(b"<!DOCTYPE html>\n", b""))
    cells = page.findall(".//{*}tbody/{*}tr[@id='u1']/{*}td")
    assert [c.get("dir") for c in cells] == [None, "rtl", "ltr"]
    assert (exported / "dist" / "all.txt").read_text("utf-8").startswith("[h1-ar] عنوان <&>\n[h1-id] Judul <&>\n")


def debian(path: str) -> Path:
    """Give a file of a Debian package: installed, or unpacked beside the judges."""
    unpacked = JUDGES / "debian" / path
    return unpacked if unpacked.exists() else Path("/") / path


SCHEMAS = debian("usr/share/php/Symfony/Component/Translation/Resources/schemas")
"""The schemas of XLIFF, as Debian packages them (php-symfony-translation)."""
OMEGAT = debian("usr/share/omegat/OmegaT.jar")
"""Debian's package of OmegaT, which carries the DTD of TMX 1.4."""


class Beside(etree.Resolver):
    """Finds the schema of xml: attributes beside the other, instead of at its address."""

    def resolve(self, url: str, _: str, context: Any) -> Any:
        return self.resolve_filename(str(SCHEMAS / "xml.xsd"), context) if url.endswith("xml.xsd") else None


@pytest.mark.judge
def test_exports_obey_the_schemas_of_the_standards(exported: Path) -> None:
    strict = SCHEMAS / "xliff-core-1.2-strict.xsd"
    judge(strict.is_file(), "the schema of XLIFF needs the Debian package php-symfony-translation")
    judge(OMEGAT.is_file(), "the DTD of TMX needs the Debian package omegat")
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Beside())
    with zipfile.ZipFile(OMEGAT) as jar:
        memory = etree.DTD(io.BytesIO(jar.read("schemas/tmx14.dtd")))
    for slug in ("nato-1954", "all"):
        etree.XMLSchema(etree.parse(str(strict), parser)).assertValid(
            etree.parse(str(exported / "dist" / f"{slug}.xliff"))
        )
        tree = etree.parse(str(exported / "dist" / f"{slug}.tmx"))
        assert memory.validate(tree), memory.error_log


@pytest.mark.parametrize("kind", ["tmx", "xliff", "xlsx", "html"])
def test_exports_come_back_as_the_same_book(exported: Path, tmp_path: Path, kind: str) -> None:
    for slug in ("nato-1954", "all"):
        file = exported / "dist" / f"{slug}.{kind}"
        run = command("import", str(file), "--book", slug, "--root", str(tmp_path))
        assert run.status == 0, run.err
        before, after = units(exported, slug), units(tmp_path, slug)
        if slug == "nato-1954":
            assert after == before
        else:  # notes come as paragraphs, or not at all; lists, verse and tables as their words
            texts = {" ".join(t.split()).removeprefix("• ") for _, _, _, row in after for t in row}
            assert {" ".join(t.split()) for _, _, _, row in before for t in row} <= texts


def test_exports_are_the_same_bytes_each_time(exported: Path, tmp_path: Path) -> None:
    shutil.copytree(exported / "source", tmp_path / "source")
    assert command("build", "--format", "tmx,xliff,xlsx,html,txt", "--root", str(tmp_path)).status == 0
    for path in (exported / "dist").iterdir():
        if path.suffix != ".json":
            assert path.read_bytes() == (tmp_path / "dist" / path.name).read_bytes(), path.name
