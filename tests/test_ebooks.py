"""E-books: editions, contents, page list, metadata, images, fonts; what independent programs read in them."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest
import samples
from conftest import HERE, NATO, Built, command, judge, write
from engines import JUDGES, MODULES, chromium, environment
from lxml import etree
from PIL import Image

from bookbuild.book.folder import open_book
from bookbuild.book.images import read_pictures
from bookbuild.book.load import load_book
from bookbuild.build.project import build
from bookbuild.build.request import BuildRequest
from bookbuild.checks.epubcheck import find_epubcheck
from bookbuild.document import rows
from bookbuild.document.document import Document
from bookbuild.document.editions import find_named_editions
from bookbuild.epub import edition as ebook
from bookbuild.model.project import Project, open_project

EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"
MINOR = {"CSS-028", "OPF-097"}
"""Usages that EPUBCheck mentions: @font-face is used; nothing links to the typefaces' licences."""


def made(root: Path, files: dict[str, str | bytes] | None, editions: tuple[str, ...] = ("all",)) -> list[Path]:
    """Build the e-books of a book, with the handout that they take page numbers from."""
    if files is None:
        shutil.copytree(NATO, root / "source" / "nato-1954")
    else:
        write(root / "source" / "book", files)
    for wanted in (BuildRequest(editions=("handout",)), BuildRequest(editions=editions, formats=("epub",))):
        result = build(open_project(root), wanted)
        assert [str(f) for outcome in result.outcomes for f in outcome.findings if f.severity == "error"] == []
    return sorted((root / "dist").glob("*.epub"))


@pytest.fixture(scope="session")
def first_ebooks(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return made(tmp_path_factory.mktemp("first-ebooks"), None)


@pytest.fixture(scope="session")
def rich_ebooks(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return made(tmp_path_factory.mktemp("rich-ebooks"), samples.files(("ar", "id", "en")))


@pytest.fixture(scope="session")
def long_ebooks(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """200 chapters with every construct, without a handout: it would take minutes."""
    root = tmp_path_factory.mktemp("long-ebooks")
    write(root / "source" / "book", samples.files(("ar", "id", "en"), chapters=200, brief=True))
    result = build(open_project(root), BuildRequest(editions=("all",), formats=("epub",)))
    assert [str(f) for outcome in result.outcomes for f in outcome.findings] == []
    return sorted((root / "dist").glob("*.epub"))


def part(path: Path, name: str) -> Any:
    with zipfile.ZipFile(path) as archive:
        return etree.fromstring(archive.read(f"EPUB/{name}"))


def names(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def words(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def document(path: Path) -> Document:
    """What the e-book must show, as the program knows it."""
    project = open_project(path.parents[1])
    slug = next((project.root / "source").iterdir()).name
    source = open_book(project, slug)
    book = load_book(project, source).book
    name = path.stem.removeprefix(slug).removeprefix("-") or "bilingual"
    edition = next(one for one in find_named_editions(name) if one.format == "epub")
    return rows.build_document(ebook.arranged(source, book, edition), edition, read_pictures(project, book))


# ------------------------------------------------------------------ judges


def test_epubcheck_finds_nothing_in_any_ebook(
    first_ebooks: list[Path], rich_ebooks: list[Path], long_ebooks: list[Path], tmp_path: Path
) -> None:
    jar = find_epubcheck()
    judge(bool(shutil.which("java")) and jar is not None, "EPUBCheck needs Java and the package epubcheck")
    assert [len(books) for books in (first_ebooks, rich_ebooks, long_ebooks)] == [4, 5, 5]
    for path in (*first_ebooks, *rich_ebooks, *long_ebooks):
        out = tmp_path / "report.json"
        command = ["java", "-XX:TieredStopAtLevel=1", "-jar", str(jar), str(path), "-u", "-q", "-j", str(out)]
        subprocess.run(command, capture_output=True, check=False)
        messages = json.loads(out.read_text("utf-8"))["messages"]
        assert [m["ID"] for m in messages if m["ID"] not in MINOR] == [], path.name


def ace(path: Path, folder: Path) -> list[str]:
    judge(
        chromium() is not None and (MODULES / "@daisy" / "ace").is_dir() and shutil.which("node") is not None,
        "Ace needs Node, Chromium and the npm packages of tests/judges",
    )
    env = {**environment(), "PUPPETEER_EXECUTABLE_PATH": str(chromium()), "ACE_TIMEOUT_INITIAL": "60000"}
    env["ACE_PUPPETEER_ARGS"] = "--no-sandbox"
    command = [
        "node",
        str(MODULES / ".bin" / "ace-puppeteer"),
        "--outdir",
        str(folder),
        "--force",
        "--silent",
        str(path),
    ]
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False, cwd=JUDGES)
    report = folder / "report.json"
    assert report.exists(), done.stdout + done.stderr
    data = json.loads(report.read_text("utf-8"))
    assert len(data["assertions"]) > 3  # the package and each document were looked at
    return [
        f"{one['earl:testSubject']['url']}: {each['earl:test']['dct:title']} ({each['earl:test']['earl:impact']})"
        for one in data["assertions"]
        for each in one["assertions"]
    ]


@pytest.mark.parametrize("edition", ["", "-popup", "-reader-ar", "-reader-id"])
def test_ace_finds_nothing_in_the_first_book(edition: str, first_ebooks: list[Path], tmp_path: Path) -> None:
    (path,) = [p for p in first_ebooks if p.name == f"nato-1954{edition}.epub"]
    assert ace(path, tmp_path) == []


@pytest.mark.parametrize("edition", ["", "-popup", "-reader-ar", "-reader-id", "-reader-en"])
def test_ace_finds_nothing_in_a_book_of_200_chapters_with_everything(
    edition: str, long_ebooks: list[Path], tmp_path: Path
) -> None:
    (path,) = [p for p in long_ebooks if p.name == f"book{edition}.epub"]
    assert ace(path, tmp_path) == []


def test_ace_finds_a_planted_fault(first_ebooks: list[Path], tmp_path: Path) -> None:
    broken = tmp_path / "broken.epub"
    with zipfile.ZipFile(first_ebooks[-1]) as source, zipfile.ZipFile(broken, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name.endswith("cover.xhtml"):
                data = re.sub(rb' alt="[^"]*"', b"", data)
            target.writestr(name, data)
    assert [found for found in ace(broken, tmp_path / "report") if "image-alt" in found or "alt" in found]


def pieces(blocks: list[Any]) -> Iterator[str]:
    """The texts of pandoc's blocks, a line each; marks of notes and lists are left out.

    What a mark leads to in the same file stands where the mark does: pandoc knows notes as that.
    """
    for block in blocks:
        kind, content = block["t"], block.get("c")
        if kind in {"Para", "Plain"}:
            yield from flat(content).split("\n")
            yield from noted(content)
        elif kind == "Header":
            yield from flat(content[2]).split("\n")
            yield from noted(content[2])
        elif kind == "CodeBlock":
            yield from content[1].split("\n")
        elif kind == "Div":
            yield from pieces(content[1])
        elif kind == "BlockQuote":
            yield from pieces(content)
        elif kind in {"BulletList", "OrderedList"}:
            for item in content if kind == "BulletList" else content[1]:
                yield from pieces(item)
        elif kind == "Table":
            head, bodies = content[3], content[4]
            for row in [*head[1], *(row for body in bodies for row in (*body[2], *body[3]))]:
                for cell in row[1]:
                    yield from pieces(cell[4])


def noted(inlines: list[Any]) -> Iterator[str]:
    for inline in inlines:
        kind, content = inline["t"], inline.get("c")
        if kind == "Note":
            yield from pieces(content)
        elif kind in {"Link", "Span"}:
            yield from noted(content[1])
        elif kind in {"Emph", "Strong", "Superscript", "Underline"}:
            yield from noted(content)


def flat(inlines: list[Any]) -> str:
    found = []
    for inline in inlines:
        kind, content = inline["t"], inline.get("c")
        if kind == "Str":
            found.append(content)
        elif kind in {"Space", "SoftBreak"}:
            found.append(" ")
        elif kind == "LineBreak":
            found.append("\n")
        elif kind == "Code":
            found.append(content[1])
        elif kind == "Link":
            marks = {"noteref", "back"} & set(content[0][1])
            found.append("" if marks else flat(content[1]))
        elif kind == "Span":
            found.append("" if "marker" in content[0][1] else flat(content[1]))
        elif kind in {"Emph", "Strong", "Superscript", "Underline"}:
            found.append(flat(content))
    return "".join(found)


def squeezed(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


def test_pandoc_reads_every_paragraph_back_once(first_ebooks: list[Path], rich_ebooks: list[Path]) -> None:
    judge(shutil.which("pandoc") is not None, "pandoc is not installed")
    for path in (*first_ebooks, *rich_ebooks):
        done = subprocess.run(
            ["pandoc", "-f", "epub", "-t", "json", str(path)], capture_output=True, check=True, text=True
        )
        found = Counter(squeezed(piece) for piece in pieces(json.loads(done.stdout)["blocks"]))
        shown = document(path)
        # pandoc leaves out the notes of notes: in the popup, those of translations
        left_out = shown.languages[1:] if "popup" in path.name else ()
        wanted = Counter(
            squeezed(line)
            for block in shown.expected
            if not (block.note and block.language in {language.tag for language in left_out})
            for line in re.split(r"[\n\t]", block.text)
        )
        del wanted[""]
        assert len(wanted) > 8
        assert {text: (count, found[text]) for text, count in wanted.items() if found[text] != count} == {}, path.name


def test_mupdf_shows_every_word(first_ebooks: list[Path], rich_ebooks: list[Path]) -> None:
    pymupdf = pytest.importorskip("pymupdf")
    for path in (*first_ebooks, *rich_ebooks):
        with pymupdf.open(path) as opened:
            opened.layout(width=400, height=600, fontsize=11)
            text = "\n".join(page.get_text() for page in opened)
        found = Counter(re.findall(r"[^\W\d_]+", unicodedata.normalize("NFKC", text)))
        wanted: Counter[str] = Counter()
        for block in document(path).expected:
            wanted.update(re.findall(r"[^\W\d_]+", unicodedata.normalize("NFKC", block.text)))
        lost = {word: count - found[word] for word, count in wanted.items() if found[word] < count}
        assert sum(lost.values()) <= sum(wanted.values()) * 0.001, (path.name, lost)


# ------------------------------------------------------------------ editions


def test_in_the_popup_every_unit_leads_to_its_translation_and_back(first_ebooks: list[Path]) -> None:
    (path,) = [p for p in first_ebooks if "popup" in p.name]
    root = part(path, "c1.xhtml")
    marks = [a for a in root.iter("{*}a") if "unit-mark" in a.get("class", "")]
    assert [a.text for a in marks] == ["[1]", "[*]", "[2]", "[3]", "[4]", "[5]", "[*]", "[6]", "[7]"]
    notes = {e.get("id"): e for e in root.iter("{*}div") if e.get(EPUB_TYPE) == "footnote"}
    for mark in marks:
        assert (mark.get(EPUB_TYPE), mark.get("role")) == ("noteref", "doc-noteref")
        note = notes.pop(mark.get("href")[1:])
        assert note.get("role") == "doc-footnote"
        (back,) = [a for a in note.iter("{*}a") if a.get("role") == "doc-backlink"]
        assert back.get("href") == f"#{mark.get('id')}"
        assert [e.get("lang") for e in note.iter("{*}p") if "t" in e.get("class", "").split()] == ["id"]
    assert notes == {}
    assert list(root.iter("{*}aside")) == []
    originals = [e.get("lang") for e in root.iter("{*}p", "{*}h2") if "t" in e.get("class", "").split()]
    assert originals == ["ar"] * 9 + ["id"] * 9  # the original alone, then what its marks lead to


def test_the_popup_of_three_languages_has_both_translations_in_a_note(rich_ebooks: list[Path]) -> None:
    (path,) = [p for p in rich_ebooks if "popup" in p.name]
    root = part(path, "c1.xhtml")
    note = next(e for e in root.iter("{*}div") if e.get("id") == "u1-note")
    assert [
        e.get("id") for e in note.iter() if str(e.get("id", "")).startswith("u1-") and "t " in e.get("class", "")
    ] == [
        "u1-id",
        "u1-en",
    ]
    # verse, tables and code bear no mark in their text: it stands after them
    loose = [e for e in root.iter("{*}p") if e.get("class") == "mark"]
    assert len(loose) >= 3
    identifiers = {e.get("id") for e in root.iter() if e.get("id")}
    for link in root.iter("{*}a"):
        if link.get("href", "").startswith("#"):
            assert link.get("href")[1:] in identifiers


def test_an_ebook_of_one_language_is_a_book_of_its_own(first_ebooks: list[Path]) -> None:
    (path,) = [p for p in first_ebooks if "reader-id" in p.name]
    package = part(path, "content.opf")
    assert [e.text for e in package.iter("{*}language")] == ["id"]
    assert package.find("{*}spine").get("page-progression-direction") == "ltr"
    assert [e.text for e in package.iter("{*}title")] == [
        "Ketika Uni Soviet Ingin Bergabung dengan NATO",
        "Satu bab dari tahun 1954",
    ]
    assert {e.get("lang") for e in part(path, "c1.xhtml").iter("{*}p", "{*}h2")} == {"id", None}
    assert "fonts/Amiri-400.ttf" not in " ".join(names(path))
    assert "wide.css" not in " ".join(names(path))


def test_book_toml_chooses_languages_and_their_order_for_each_ebook(project: Callable[..., Project]) -> None:
    toml = """languages = ["ar", "id", "en"]
[title]
ar = "كتاب"
id = "Buku"
en = "Book"
[ebook]
languages = ["id", "ar"]
[ebooks.popup]
languages = ["en", "ar", "id"]
"""
    made = project(
        {"ar.txt": "نص.\nنص ثان.", "id.txt": "Teks.\nTeks dua.", "en.txt": "A text.\nA second one.", "book.toml": toml}
    )
    build(made, BuildRequest(editions=("bilingual", "popup", "reader-ar"), formats=("epub",)))
    first, popup, reader = (made.dist / name for name in ("book.epub", "book-popup.epub", "book-reader-ar.epub"))
    assert [e.text for e in part(first, "content.opf").iter("{*}language")] == ["id", "ar"]
    assert part(first, "content.opf").find("{*}spine").get("page-progression-direction") == "ltr"
    assert [e.get("id") for e in part(first, "c1.xhtml").iter("{*}p") if e.get("id")] == [
        "u1-id",
        "u1-ar",
        "u2-id",
        "u2-ar",
    ]
    assert [e.get("id") for e in part(popup, "c1.xhtml").iter("{*}p") if e.get("id")] == [
        "u1-en", "u2-en", "u1-ar", "u1-id", "u2-ar", "u2-id",
    ]  # fmt: skip
    assert [e.text for e in part(reader, "content.opf").iter("{*}language")] == ["ar"]
    done = command("check", "--root", str(made.root))
    assert (done.status, done.out.count("sound")) == (0, 3), done.err
    identifiers = {words(part(p, "content.opf").find(".//{*}identifier")) for p in (first, popup, reader)}
    assert len(identifiers) == 3


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('[ebook]\nlanguages = ["id"]', "ebook.languages names one language alone"),
        ('[ebook]\nlanguages = ["id", "fr"]', "ebook.languages names 'fr', which the book has not"),
        ('[ebooks.popup]\nlanguages = ["id", "id"]', "ebooks.popup.languages names 'id'"),
        ('[ebooks.pop]\nfonts = "ttf"', "the key 'ebooks.pop' is not known: did you mean 'popup'?"),
        ('[ebook]\npages = "handuot"', "ebook.pages is 'handuot', which is no printed edition of this book: did you mean 'handout'?"),
        ('[ebook]\nfonts = "woff"', "ebook.fonts is 'woff', which is not allowed: write one of ttf, woff2, none"),
        ('[cover]\nimage = "deckel.jpg"', "there is no image 'deckel.jpg'"),
        ("[series]\nnumber = 1", "series.name is missing"),
    ],
)  # fmt: skip
def test_mistakes_in_the_options_of_ebooks_are_told(toml: str, said: str, project: Callable[..., Project]) -> None:
    made = project({"ar.txt": "نص.", "id.txt": "Teks.", "book.toml": toml})
    done = command("build", "--root", str(made.root), "--format", "epub")
    assert done.status == 1
    assert said in done.err


# ------------------------------------------------------------------ navigation


def letters(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalpha())


def after(root: Any, identifier: str) -> str:
    """The text from an element on, in the element that holds the text."""
    mark = next(e for e in root.iter() if e.get("id") == identifier)
    block = next((e for e in mark.iterancestors() if "t" in e.get("class", "").split()), None)
    if block is None:  # before a title: all that follows
        return words(mark.getparent())
    found, seen = [], False
    for event, element in etree.iterwalk(block, events=("start", "end")):
        if event == "start":
            seen = seen or element is mark
            found += [element.text or ""] if seen else []
        elif element is not block and seen:
            found.append(element.tail or "")
    return "".join(found)


def test_the_page_list_leads_to_the_first_words_of_each_printed_page(
    rich_ebooks: list[Path], first_ebooks: list[Path]
) -> None:
    checked = 0
    for path in (first_ebooks[-1], rich_ebooks[-1]):
        assert path.stem in {"book", "nato-1954"}
        pdf = pypdf.PdfReader(path.with_suffix(".pdf"))
        targets = [a.get("href") for a in part(path, "nav.xhtml").findall(".//{*}nav[@id='pages']//{*}a")]
        labels = [a.text for a in part(path, "nav.xhtml").findall(".//{*}nav[@id='pages']//{*}a")]
        assert labels == [str(n) for n in range(1, len(pdf.pages) + 1)]
        for page, target in zip(pdf.pages, targets, strict=True):
            file, _, identifier = target.partition("#")
            root = part(path, file)
            mark = next(e for e in root.iter() if e.get("id") == identifier)
            assert (mark.get("role"), mark.get(EPUB_TYPE)) == ("doc-pagebreak", "pagebreak")
            assert mark.get("aria-label") == identifier.removeprefix("page")
            if file in {"nav.xhtml", "about.xhtml"}:
                continue  # contents and colophon
            # running heads stand above the first line, in the order of the file; within a line of right-to-left text
            # with brackets the reader of PDFs has its own order
            first = re.findall(r"[^\W\d_]+", unicodedata.normalize("NFKC", after(root, identifier)))[:4]
            top = letters(page.extract_text())[:200]
            assert [word for word in first if word not in top] == [], (path.name, target, top)
            checked += 1
    assert checked > 8


def test_pages_are_those_of_a_handout_that_is_there(project: Callable[..., Project]) -> None:
    made = project({"ar.txt": "نص.\nنص ثان.", "id.txt": "Teks.\nTeks dua."})
    root = ("build", "--root", str(made.root))

    def pages() -> int:
        return len(part(made.dist / "book.epub", "nav.xhtml").findall(".//{*}nav[@id='pages']//{*}a"))

    assert command(*root, "--format", "epub").status == 0
    assert pages() == 0
    assert "pageBreakSource" not in etree.tostring(part(made.dist / "book.epub", "content.opf")).decode()
    assert command(*root, "--format", "epub").out == "book: nothing changed\n"
    # with the handout it is another book
    assert "book.epub" in command(*root).out
    assert pages() == 1
    with_pages = (made.dist / "book.epub").read_bytes()
    # the handout is up to date: the e-book alone is made with its pages
    (made.dist / "book.epub").unlink()
    assert command(*root, "--format", "epub").status == 0
    assert (made.dist / "book.epub").read_bytes() == with_pages
    source = next(
        e.text
        for e in part(made.dist / "book.epub", "content.opf").iter("{*}meta")
        if e.get("property") == "pageBreakSource"
    )
    import pikepdf

    with pikepdf.open(made.dist / "book.pdf") as pdf, pdf.open_metadata() as xmp:
        assert xmp["dc:identifier"] == {source} or xmp["dc:identifier"] == source
    # the text changed, and the handout was not built again: its pages are no longer those
    (made.root / "source" / "book" / "id.txt").write_text("Teks.\nTeks lain.", "utf-8")
    assert command(*root, "--format", "epub").status == 0
    assert pages() == 0
    (made.root / "source" / "book" / "book.toml").write_text('[ebook]\npages = "none"', "utf-8")
    assert command(*root).status == 0
    assert pages() == 0


@pytest.mark.parametrize(
    "starts",
    ["x", [1], [{"page": "x", "starts": {}}], [{"page": 1, "starts": [1]}], [{"page": 1, "starts": {"ar": "u1"}}],
     [{"page": float("inf"), "starts": {}}], [{"page": 2, "starts": {"ar": ["u1-ar", 10**9]}}], [{"page": 2, "starts": {"ar": ["nowhere", 0]}}]],
)  # fmt: skip
def test_a_report_that_was_tampered_with_breaks_no_ebook(starts: Any, project: Callable[..., Project]) -> None:
    made = project({"ar.txt": "نص.\nنص ثان.", "id.txt": "Teks.\nTeks dua."})
    root = ("build", "--root", str(made.root))
    assert command(*root).status == 0
    report = made.dist / "build-report.json"
    data = json.loads(report.read_text("utf-8"))
    next(o for o in data["books"]["book"]["outputs"] if o["format"] == "pdf")["page_starts"] = starts
    report.write_text(json.dumps(data), "utf-8")
    done = command(*root, "--format", "epub", "--again")
    assert done.status == 0, done.err
    nav = part(made.dist / "book.epub", "nav.xhtml")
    for link in nav.iter("{*}a"):
        file, _, identifier = link.get("href").partition("#")
        assert not identifier or identifier in {e.get("id") for e in part(made.dist / "book.epub", file).iter()}


@pytest.mark.parametrize("key", ["file", "edition", "format", "sha256", "needs_pages"])
def test_a_report_of_other_kinds_of_values_only_costs_a_build(key: str, project: Callable[..., Project]) -> None:
    made = project({"ar.txt": "نص.", "id.txt": "Teks."})
    root = ("build", "--root", str(made.root), "--format", "epub")
    assert command(*root).status == 0
    report = made.dist / "build-report.json"
    data = json.loads(report.read_text("utf-8"))
    data["books"]["book"]["outputs"][0][key] = [{}]
    report.write_text(json.dumps(data), "utf-8")
    done = command(*root)
    assert done.status == 0, done.err
    assert "book.epub" in done.out


def test_an_empty_stylesheet_of_ones_own_is_a_file_all_the_same(built: Callable[..., Built]) -> None:
    book = built({"ar.txt": "نص.", "id.txt": "Teks.", "wide.css": ""}, formats=("epub",))
    assert "EPUB/wide.css" in names(book.epub)


def test_navigation_is_complete_for_new_and_old_readers(rich_ebooks: list[Path]) -> None:
    path = rich_ebooks[-1]
    nav = part(path, "nav.xhtml")
    kinds = {e.get(EPUB_TYPE): e for e in nav.iter("{*}nav")}
    assert set(kinds) == {"toc", "page-list", "landmarks"}
    assert [a.get(EPUB_TYPE) for a in kinds["landmarks"].iter("{*}a")] == [
        "cover",
        "titlepage",
        "toc",
        "bodymatter",
        "colophon",
    ]
    for span in kinds["toc"].iter("{*}span"):
        assert span.get("dir") == ("rtl" if span.get("lang") == "ar" else "ltr")
    known = {}
    for link in nav.iter("{*}a"):
        file, _, identifier = link.get("href").partition("#")
        known.setdefault(file, {e.get("id") for e in part(path, file).iter()})
        assert not identifier or identifier in known[file], link.get("href")
    ncx = part(path, "toc.ncx")
    assert len(list(ncx.iter("{*}pageTarget"))) == len(list(kinds["page-list"].iter("{*}a")))
    assert len(list(ncx.iter("{*}navPoint"))) == len(list(kinds["toc"].iter("{*}a")))


def test_a_long_chapter_is_cut_into_files_that_old_readers_can_hold(built: Callable[..., Built]) -> None:
    count = 900
    files = {
        "ar.md": "# فصل\n\n" + "\n\n".join(f"{'نص من كلمات كثيرة ' * 12}رقم {n}." for n in range(count)),
        "id.md": "# Bab\n\n" + "\n\n".join(f"{'Teks dengan banyak kata ' * 9}nomor {n}." for n in range(count)),
        "book.toml": '[title]\nar = "كتاب"\nid = "Buku"\n[ebooks.popup]\nnumbers = true',
    }
    book = built(files, formats=("epub",))
    chapters = {name: text for name, text in book.documents.items() if re.search(r"/c\d", name)}
    assert list(chapters) == ["EPUB/c1.xhtml", *(f"EPUB/c1-{n}.xhtml" for n in range(2, len(chapters) + 1))]
    assert len(chapters) > 3
    assert max(len(text.encode()) for text in chapters.values()) < 300_000
    places = {unit: name for name, text in chapters.items() for unit in re.findall(r'id="(u\d+)"', text)}
    assert len(places) == count


# ------------------------------------------------------------------ metadata


METADATA = """
languages = ["ar", "id"]
date = 1954-03-31
identifier = "urn:doi:10.1000/182"
subjects = ["sejarah", "NATO"]
level = "B1"
publisher = "Penerbit Kecil"
rights = {ar = "الحقوق محفوظة", id = "Hak cipta"}
source = "https://example.org/artikel"
[title]
ar = "عنوان"
id = "Judul"
[subtitle]
id = "Anak judul"
[description]
ar = "وصف"
id = "Uraian"
[[creators]]
name = {ar = "كاتبة", id = "Seorang Penulis"}
sort = "Penulis, Seorang"
[[creators]]
role = "translator"
name = {id = "Penerjemah"}
[series]
name = {ar = "سلسلة", id = "Seri"}
number = 3
[ebook]
identifier = "978-3-16-148410-0"
certified_by = "Lembaga Uji"
"""


def test_the_package_says_all_that_is_known_of_the_book(
    built: Callable[..., Built], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    book = built({"ar.txt": "نص.", "id.txt": "Teks.", "book.toml": METADATA})
    package = part(book.epub, "content.opf")
    dc = "{http://purl.org/dc/elements/1.1/}"
    lang = "{http://www.w3.org/XML/1998/namespace}lang"

    def texts(name: str) -> list[tuple[str | None, str]]:
        return [(e.get(lang), e.text) for e in package.iter(f"{dc}{name}")]

    assert texts("identifier") == [(None, "urn:isbn:9783161484100")]
    assert texts("title") == [("ar", "عنوان"), ("id", "Judul"), ("id", "Anak judul")]
    assert texts("language") == [(None, "ar"), (None, "id")]
    assert texts("creator") == [("ar", "كاتبة")]
    assert texts("contributor") == [("id", "Penerjemah")]
    assert texts("description") == [("ar", "وصف"), ("id", "Uraian")]
    assert texts("rights") == [("ar", "الحقوق محفوظة"), ("id", "Hak cipta")]
    assert texts("publisher") == [(None, "Penerbit Kecil")]
    assert texts("subject") == [(None, "sejarah"), (None, "NATO")]
    assert texts("date") == [(None, "1954-03-31")]
    metas = [(e.get("property"), e.get("refines"), e.text) for e in package.iter("{*}meta") if e.get("property")]
    for wanted in (
        ("dcterms:modified", None, "2001-09-09T01:46:40Z"),
        ("file-as", "#c1", "Penulis, Seorang"),
        ("alternate-script", "#c1", "Seorang Penulis"),
        ("role", "#c2", "trl"),
        ("belongs-to-collection", None, "سلسلة"),
        ("collection-type", "#series1", "series"),
        ("group-position", "#series1", "3"),
        ("schema:accessMode", None, "textual"),
        ("schema:accessModeSufficient", None, "textual"),
        ("schema:accessibilityFeature", None, "pageBreakMarkers"),
        ("schema:accessibilityHazard", None, "none"),
        ("ibooks:specified-fonts", None, "true"),
        ("dcterms:conformsTo", None, "EPUB Accessibility 1.1 - WCAG 2.2 Level AA"),
        ("a11y:certifiedBy", "#conformance", "Lembaga Uji"),
        ("pageBreakSource", None, "urn:doi:10.1000/182"),  # the book's own, since the e-book has another
    ):
        assert wanted in metas, wanted
    modes = [text for name, _, text in metas if name == "schema:accessMode"]
    assert modes == ["textual"]  # no picture in the text
    assert package.get(lang) == "ar"
    page = pypdf.PdfReader(book.pdf).pages[0].extract_text()
    assert "Seri (3)" in page
    assert "Penerbit Kecil" in page
    judge(bool(shutil.which("java")) and find_epubcheck() is not None, "EPUBCheck needs Java and the package epubcheck")
    done = subprocess.run(
        ["java", "-jar", str(find_epubcheck()), str(book.epub)], capture_output=True, check=False, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_edition_has_an_identifier_of_its_own(project: Callable[..., Project]) -> None:
    toml = 'identifier = "urn:doi:1"\n[ebook]\nidentifier = "urn:doi:2"\n[ebooks.popup]\nidentifier = "urn:doi:3"'
    made = project({"ar.txt": "نص.", "id.txt": "Teks.", "book.toml": toml})
    assert command("build", "--root", str(made.root)).status == 0
    done = command("build", "--root", str(made.root), "--edition", "all", "--format", "epub")
    assert done.status == 0, done.err
    found = {p.name: words(part(p, "content.opf").find(".//{*}identifier")) for p in made.dist.glob("*.epub")}
    assert found["book.epub"] == "urn:doi:2"
    assert found["book-popup.epub"] == "urn:doi:3"
    assert found["book-reader-ar.epub"].startswith("urn:uuid:")
    assert len(set(found.values())) == 4
    sources = {
        e.text
        for p in made.dist.glob("*.epub")
        for e in part(p, "content.opf").iter("{*}meta")
        if e.get("property") == "pageBreakSource"
    }
    assert sources == {"urn:doi:1"}


def test_conformance_is_claimed_only_where_somebody_vouches_for_it(first_ebooks: list[Path]) -> None:
    for path in first_ebooks:
        package = etree.tostring(part(path, "content.opf"), encoding="unicode")
        assert "conformsTo" not in package
        assert "certifiedBy" not in package


# ------------------------------------------------------------------ cover and images


def picture(kind: str, size: tuple[int, int], mode: str = "RGB", **options: Any) -> bytes:
    made = Image.new(
        mode, size, {"RGB": (200, 30, 30), "CMYK": (0, 200, 200, 0), "RGBA": (200, 30, 30, 90), "I;16": 40000}[mode]
    )
    out = io.BytesIO()
    made.save(out, kind, **options)
    return out.getvalue()


def test_the_cover_is_drawn_or_taken_from_the_books_folder(
    built: Callable[..., Built], project: Callable[..., Project]
) -> None:
    book = built(
        {"ar.txt": "نص.", "id.txt": "Teks.", "book.toml": '[series]\nname = "Seri"\nnumber = 2'}, formats=("epub",)
    )
    with zipfile.ZipFile(book.epub) as archive:
        drawn = archive.read("EPUB/cover.png")
    assert Image.open(io.BytesIO(drawn)).size == (1600, 2560)
    assert len(drawn) < 200_000
    cover = part(book.epub, "cover.xhtml")
    assert next(cover.iter("{*}img")).get("alt")
    own = {"ar.txt": "نص.", "id.txt": "Teks.", "cover.jpg": picture("JPEG", (3000, 4800), "CMYK")}
    made = project({**own, "book.toml": '[cover]\nalt = {id = "Bendera merah"}'}, "other")
    build(made, BuildRequest(books=("other",), formats=("epub",)))
    path = made.dist / "other.epub"
    with zipfile.ZipFile(path) as archive:
        data = archive.read("EPUB/cover.jpg")
    taken = Image.open(io.BytesIO(data))
    assert (taken.mode, max(taken.size)) == ("RGB", 2560)
    image = next(part(path, "cover.xhtml").iter("{*}img"))
    assert (image.get("src"), image.get("alt"), image.get("lang")) == ("cover.jpg", "Bendera merah", "id")
    items = {e.get("href"): e for e in part(path, "content.opf").iter("{*}item")}
    assert items["cover.jpg"].get("properties") == "cover-image"
    assert "cover.png" not in items


def animated() -> bytes:
    frames = [Image.new("RGB", (40, 30), (0, 0, 250 * n)) for n in range(2)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


def rotated() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6  # held upright: the picture lies
    return picture("JPEG", (60, 40), exif=exif.tobytes())


@pytest.mark.parametrize(
    ("name", "data", "kind", "mode", "size"),
    [
        ("a.png", picture("PNG", (5000, 2000)), "PNG", "RGB", (2560, 1024)),
        ("a.jpg", picture("JPEG", (4000, 4000)), "JPEG", "RGB", (2366, 2366)),
        ("a.jpg", picture("JPEG", (60, 40), "CMYK"), "JPEG", "RGB", (60, 40)),
        ("a.webp", picture("WEBP", (60, 40)), "PNG", "RGB", (60, 40)),
        ("a.png", picture("PNG", (60, 40), "I;16"), "PNG", "L", (60, 40)),
        ("a.png", picture("PNG", (3000, 40), "RGBA"), "PNG", "RGB", (2560, 34)),
        ("a.png", picture("PNG", (60, 40), "RGBA"), "PNG", "RGB", (60, 40)),
        ("a.gif", animated(), "PNG", "RGB", (40, 30)),
        ("a.jpg", rotated(), "JPEG", "RGB", (40, 60)),
    ],
)  # fmt: skip
def test_pictures_are_made_fit_for_stores_and_old_readers(
    name: str, data: bytes, kind: str, mode: str, size: tuple[int, int], built: Callable[..., Built]
) -> None:
    files = {"ar.md": f"نص.\n\n![صورة]({name})", "id.md": f"Teks.\n\n![Gambar]({name})", name: data}
    book = built(files, formats=("epub",))
    (inside,) = [n for n in names(book.epub) if "/images/" in n]
    with zipfile.ZipFile(book.epub) as archive:
        shown = Image.open(io.BytesIO(archive.read(inside)))
        assert (shown.format, shown.mode, shown.size) == (kind, mode, size)
    if mode == "L":
        assert shown.getpixel((0, 0)) == round(40000 * 255 / 65535)
    if name == "a.png" and size == (60, 40) and mode == "RGB":  # what was clear is white, also at night
        assert shown.getpixel((0, 0)) == (236, 176, 176)
    source = next(part(book.epub, "c1.xhtml").iter("{*}img")).get("src")
    assert f"EPUB/{source}" == inside


def test_pictures_that_are_right_and_drawings_are_passed_on_byte_for_byte(built: Callable[..., Built]) -> None:
    small = picture("PNG", (60, 40))
    files = {
        "ar.md": "![صورة](a.png)\n\n![رسم](b.svg)",
        "id.md": "![Gambar](a.png)\n\n![Sketsa](b.svg)",
        "a.png": small,
        "b.svg": samples.PICTURE,
    }
    book = built(files, formats=("epub",))
    with zipfile.ZipFile(book.epub) as archive:
        assert archive.read("EPUB/images/i1.png") == small
        assert b"<circle" in archive.read("EPUB/images/i2.svg")
    assert 'schema:accessMode">visual' in book.document("content.opf")


DRAWN = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink" width="40" height="40">
<title><b>A</b> box</title><link xmlns="http://www.w3.org/1999/xhtml" rel="stylesheet" href="#x"/>
<style>a{</style><style>.red { fill: red } { fill: blue }</style>
<g id="a"><rect class="red" width="9" height="9"/></g><g id="a"><rect x="20" width="9" height="9"/></g>
<linearGradient id="1 2"><stop stop-color="blue"/></linearGradient>
<rect y="20" width="9" height="9" fill="url(#1 2)"/><use href="#nope"/><use x:href="#a" y="30"/>
</svg>"""


def test_drawings_as_programs_write_them_are_sound_and_look_the_same(built: Callable[..., Built]) -> None:
    import pymupdf

    book = built({"ar.md": "![رسم](b.svg)", "id.md": "![Sketsa](b.svg)", "b.svg": DRAWN}, formats=("epub",))
    with zipfile.ZipFile(book.epub) as archive:
        mended = archive.read("EPUB/images/i1.svg")
    looks = [pymupdf.open(stream=data, filetype="svg")[0].get_pixmap().samples for data in (DRAWN.encode(), mended)]
    assert looks[0] == looks[1]
    for wrong in (b"nope", b"1 2", b"1999/xhtml", b"<b>"):
        assert wrong not in mended
    judge(bool(shutil.which("java")) and find_epubcheck() is not None, "EPUBCheck needs Java and the package epubcheck")
    done = subprocess.run(
        ["java", "-jar", str(find_epubcheck()), str(book.epub)], capture_output=True, check=False, text=True
    )
    assert done.returncode == 0, done.stderr


# ------------------------------------------------------------------ typefaces and styles


def test_the_first_book_is_small(first_ebooks: list[Path]) -> None:
    assert {path.name: path.stat().st_size for path in first_ebooks if path.stat().st_size > 250_000} == {}


@pytest.mark.parametrize(("fonts", "suffix"), [("ttf", ".ttf"), ("woff2", ".woff2"), ("none", "")])
def test_typefaces_come_as_asked_for(fonts: str, suffix: str, built: Callable[..., Built]) -> None:
    book = built({"ar.txt": "نص.", "id.txt": "Teks.", "book.toml": f'[ebook]\nfonts = "{fonts}"'}, formats=("epub",))
    inside = [n for n in names(book.epub) if "/fonts/" in n]
    css = book.document("book.css")
    assert ("@font-face" in css) == ('font-family: "' in css) == bool(suffix)
    assert len([n for n in inside if n.endswith(suffix or "-")]) == (4 if suffix else 0)
    assert len([n for n in inside if n.endswith("licence.txt")]) == (2 if suffix else 0)
    for url in re.findall(r'url\("([^"]+)"\)', css):
        assert f"EPUB/{url}" in inside
    if suffix == ".woff2":
        from fontTools.ttLib import TTFont

        with zipfile.ZipFile(book.epub) as archive:
            font = TTFont(io.BytesIO(archive.read("EPUB/fonts/Amiri-400.woff2")))
        assert font.flavor == "woff2"
        assert {"GSUB", "GPOS"} <= set(font.keys())
    assert ("bookbuild" in book.document("about.xhtml")) == bool(suffix)  # the line on typefaces


def test_subsets_shape_every_word_as_the_whole_typeface_does(first_ebooks: list[Path]) -> None:
    import uharfbuzz

    from bookbuild.document.fonts import find_packaged_families, read_face

    def shaped(face: Any, text: str) -> list[tuple[int, int, int]]:
        font = uharfbuzz.Font(face)
        buffer = uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        uharfbuzz.shape(font, buffer)
        return [(p.x_advance, p.x_offset, p.y_offset) for p in buffer.glyph_positions]

    text = (NATO / "ar.txt").read_text("utf-8")
    with zipfile.ZipFile(first_ebooks[-1]) as archive:
        subset = uharfbuzz.Face(uharfbuzz.Blob(archive.read("EPUB/fonts/Amiri-400.ttf")))
    whole = uharfbuzz.Face(uharfbuzz.Blob(read_face(find_packaged_families()["Amiri"].face(400))))
    vocalised = ["الكِتَابُ", "لِلّٰهِ", "لا", "مُحَمَّدٌ"]
    assert subset.glyph_count < whole.glyph_count / 5
    compared = [w for w in {*text.split(), *vocalised} if not set(w) - set(text) and '"' not in w]
    assert len(compared) > 250
    assert [word for word in compared if shaped(subset, word) != shaped(whole, word)] == []


def test_readers_keep_their_own_sizes_and_colours(first_ebooks: list[Path]) -> None:
    for path in first_ebooks:
        with zipfile.ZipFile(path) as archive:
            css = "\n".join(archive.read(n).decode() for n in archive.namelist() if n.endswith(".css"))
        rules = re.sub(r"@font-face \{[^}]*\}", "", css)
        assert not re.search(r"\d(px|pt|cm|mm)\b", rules)
        assert not re.search(r"(?<![-\w])color\s*:(?! inherit)", rules)
        assert not re.search(
            r"(?<![-\w])(direction|unicode-bidi|position|grid|flex)\b\s*:?", rules.replace("flex", "flex")
        )
        assert "var(" not in rules
        assert "background" not in rules


def test_a_translation_stands_back_unless_it_must_not(built: Callable[..., Built]) -> None:
    files = {"ar.txt": "نص.", "id.txt": "Teks."}
    assert ".translation { font-size: 0.92em }" in built(files, formats=("epub",)).document("book.css")
    equal = built(
        {
            **files,
            "book.toml": '[ebook]\ntranslation = "equal"\nside_by_side = "never"\nnumbers = false\ncolophon = false',
        },
        formats=("epub",),
    )
    assert ".translation {" not in equal.document("book.css")
    assert "wide.css" not in " ".join(names(equal.epub))
    assert 'class="numbers"' not in equal.document("c1.xhtml")
    assert "about.xhtml" not in " ".join(names(equal.epub))


def test_the_same_ebooks_are_the_same_bytes(first_ebooks: list[Path], tmp_path: Path) -> None:
    again = made(tmp_path / "elsewhere", None)
    assert [p.name for p in again] == [p.name for p in first_ebooks]
    assert [p.name for p, q in zip(again, first_ebooks, strict=True) if p.read_bytes() != q.read_bytes()] == []
    with zipfile.ZipFile(again[0]) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_lock_file_of_the_engines_names_no_address() -> None:
    lock = (HERE / "tests" / "judges" / "package-lock.json").read_text("utf-8")
    assert "registry." not in lock
    assert "integrity" in lock
