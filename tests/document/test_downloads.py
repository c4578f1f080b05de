"""Typefaces that are fetched on request."""

from __future__ import annotations

import base64
import hashlib
import io
import tarfile
from collections.abc import Callable
from dataclasses import replace

import pytest
from conftest import command
from fontTools.ttLib import TTFont

from bookbuild.document import downloads
from bookbuild.document.fonts import find_families, find_packaged_families, read_face, suggest_font
from bookbuild.languages import tables
from bookbuild.model.project import Project
from bookbuild.work import npm

NAME = "Noto Nastaliq Urdu"


def pack(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


@pytest.fixture
def package(monkeypatch: pytest.MonkeyPatch) -> bytes:
    """A package like the real one, in which another face stands for that of its name."""
    font = TTFont(io.BytesIO(read_face(find_packaged_families()["Amiri"].face(400))))
    font.flavor = "woff2"
    out = io.BytesIO()
    font.save(out)
    row = tables.find_download(NAME)
    assert row is not None
    data = pack({row.files[0]: out.getvalue(), "LICENSE": b"SIL Open Font License", "../../x.ttf": b"no"})
    digest = base64.b64encode(hashlib.sha512(data).digest()).decode()
    known = replace(row, integrity=f"sha512-{digest}")
    monkeypatch.setattr(downloads, "find_download", lambda name: known if name == NAME else None)
    return data


def serve(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(npm, "run_npm", lambda _, folder: (folder / "a.tgz").write_bytes(data))


def test_a_fetched_face_is_found_with_its_licence(
    package: bytes, project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(monkeypatch, package)
    here = project({})
    paths = downloads.fetch_family(here, NAME)
    assert paths == ["styles/fonts/NotoNastaliqUrdu-1.ttf", "styles/fonts/NotoNastaliqUrdu-LICENSE.txt"]
    assert sorted(p.name for p in (here.styles / "fonts").iterdir()) == [p.rsplit("/", 1)[1] for p in paths]
    assert downloads.is_fetched(here, NAME)
    assert find_families(here)["Amiri"].face(400).path == here.root / paths[0]


def test_another_package_than_the_known_one_is_refused(
    package: bytes, project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(monkeypatch, package + b"\0")
    here = project({})
    done = command("fonts", "--root", str(here.root), "--get", NAME)
    assert done.status == 1
    assert "is not the one that bookbuild knows" in done.err
    assert "[F004]" in done.err
    assert not (here.styles / "fonts").exists()


def test_without_npm_the_advice_is_to_install_it(
    project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(npm, "find_npm", list)
    done = command("fonts", "--root", str(project({}).root), "--get", NAME)
    assert done.status == 1
    assert "install Node.js" in done.err


def test_an_unknown_typeface_is_wrong_usage(project: Callable[..., Project]) -> None:
    done = command("fonts", "--root", str(project({}).root), "--get", "Noto Nastaliq")
    assert done.status == 2
    assert f"did you mean '{NAME}'?" in done.err


def test_the_list_says_what_can_be_fetched(project: Callable[..., Project]) -> None:
    done = command("fonts", "--root", str(project({}).root))
    assert done.status == 0
    assert NAME in done.out
    assert suggest_font("ა") == 'fetch Noto Serif Georgian: invoke fonts --get "Noto Serif Georgian"'
