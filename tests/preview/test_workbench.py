"""What the page sends is not trusted: paragraphs, options and files, without a browser."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import write
from hypothesis import given
from hypothesis import strategies as st
from previews import Server, previewed

from bookbuild.model.errors import BookbuildError, SourceError
from bookbuild.model.project import Project, open_project
from bookbuild.preview import paragraphs, settings
from bookbuild.preview.new_books import NewBook, Uploads, choose_slug, write_new_book
from bookbuild.preview.paragraphs import ParagraphChange
from bookbuild.preview.settings import OptionChanges

MakeProject = Callable[..., Project]
MARKDOWN = "# Judul\n\nSatu *dua*\ntiga.[^1]\n\n- butir\n- lagi\n\n> Kutipan.\n\n[^1]: Catatan.\n"


def test_every_line_with_words_is_in_one_paragraph(project: MakeProject) -> None:
    one = project({"id.md": MARKDOWN, "ar.txt": "\ufeffعنوان\r\n\r\nواحد.\r\n"})
    state = paragraphs.read_chapter(one, "book", 0)
    sides = {side["tag"]: side for side in state["languages"]}
    assert [p["text"] for p in sides["id"]["paragraphs"]] == ["# Judul", "Satu *dua*\ntiga.[^1]", "- butir", "- lagi", "> Kutipan.", "[^1]: Catatan."]  # fmt: skip
    assert [(p["line"], p["text"]) for p in sides["ar"]["paragraphs"]] == [(1, "عنوان"), (3, "واحد.")]


def test_a_changed_paragraph_leaves_all_else_byte_for_byte(project: MakeProject) -> None:
    one = project({"id.txt": "Satu.\n", "ar.txt": b"\xef\xbb\xbf\xd8\xa3.\r\n\r\n\xd8\xa8.\r\n\r\n\xd8\xaa."})
    path = one.source / "book" / "ar.txt"
    change = ParagraphChange(path="source/book/ar.txt", line=3, before="ب.", after="ج.\nد.")
    paragraphs.change_paragraph(one, "book", change)
    assert path.read_bytes() == "\ufeffأ.\r\n\r\nج.\r\nد.\r\n\r\nت.".encode()
    with pytest.raises(SourceError, match="A004"):
        paragraphs.change_paragraph(one, "book", change)


def change(one: Project, tag: str, line: int, before: str, after: str, suffix: str = "txt") -> str:
    path = one.source / "book" / f"{tag}.{suffix}"
    sent = ParagraphChange(path=one.relative(path), line=line, before=before, after=after)
    paragraphs.change_paragraph(one, "book", sent)
    return path.read_text("utf-8")


def test_a_line_that_is_deleted_leaves_the_others_apart(project: MakeProject) -> None:
    one = project({"id.txt": "rumah\npintu\nbuku\npena\npohon\n", "ar.txt": "بيت\nباب\nكتاب\nقلم\nشجرة\n"})
    assert change(one, "id", 3, "buku", "") == "rumah\npintu\npena\npohon\n"
    with pytest.raises(BookbuildError, match="joined or divided"):
        change(one, "ar", 3, "كتاب", "كتاب\n\nدفتر")
    assert change(one, "ar", 3, "كتاب", "كتاب\nدفتر") == "بيت\nباب\nكتاب\nدفتر\nقلم\nشجرة\n"


def test_spaces_that_break_lines_of_markdown_stay(project: MakeProject) -> None:
    one = project({"id.md": "baris satu  \nbaris dua  \nbaris tiga\n", "ar.md": "أ  \nب\n"})
    before = "baris satu  \nbaris dua  \nbaris tiga"
    assert change(one, "id", 1, before, before.replace("tiga", "TIGA"), "md") == before.replace("tiga", "TIGA") + "\n"


def test_a_table_is_one_paragraph(project: MakeProject) -> None:
    table = "| A | B |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |"
    one = project({"id.md": f"> Kutip.\n\n{table}\n\nAkhir.\n", "ar.md": f"> اقتباس.\n\n{table}\n\nنهاية.\n"})
    sides = paragraphs.read_chapter(one, "book", 0)["languages"]
    assert [p["text"] for p in sides[1]["paragraphs"]] == ["> Kutip.", table, "Akhir."]


def test_of_two_changes_at_once_none_is_lost(project: MakeProject) -> None:
    from concurrent.futures import ThreadPoolExecutor

    one = project({"id.txt": "Satu.\n\nDua.\n", "ar.txt": "أ.\n\nب.\n"})
    for n in range(20):
        now = (one.source / "book" / "id.txt").read_text("utf-8").split("\n")

        def save(line: int, now: list[str] = now, n: int = n) -> bool:
            try:
                change(one, "id", line, now[line - 1], f"{now[line - 1].split()[0].strip('.')} {n}.")
            except SourceError:  # told, not lost
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            saved = [*pool.map(save, (1, 3))]
        after = (one.source / "book" / "id.txt").read_text("utf-8").split("\n")
        assert any(saved)
        assert saved == [after[0].endswith(f" {n}."), after[2].endswith(f" {n}.")]


@pytest.mark.parametrize("path", ["source/book/book.toml", "../x.txt", "/etc/passwd", "source/other/ar.txt", ""])
def test_only_texts_of_the_book_can_be_changed(project: MakeProject, path: str) -> None:
    one = project({"id.txt": "Satu.\n", "ar.txt": "أ.\n", "book.toml": 'level = "B1"\n'})
    with pytest.raises(SourceError, match="not a text of this book"):
        paragraphs.change_paragraph(one, "book", ParagraphChange(path=path, line=1, before='level = "B1"', after="x"))


def test_control_characters_are_refused_before_they_are_written(project: MakeProject) -> None:
    one = project({"id.txt": "Satu.\n", "ar.txt": "أ.\n"})
    with pytest.raises(SourceError, match="T002"):
        paragraphs.change_paragraph(one, "book", ParagraphChange(path="source/book/id.txt", line=1, before="Satu.", after="a\x00"))  # fmt: skip
    assert (one.source / "book" / "id.txt").read_bytes() == b"Satu.\n"


ENDS = st.sampled_from(["\n", "\r\n", "\r", "\x0c", "\u0085", "\u2028", "\u2029"])
LINES = st.lists(st.tuples(st.text("ab ", max_size=3), ENDS), min_size=1, max_size=12)


@given(LINES, st.booleans())
def test_lines_are_counted_as_the_reader_counts_them(lines: list[tuple[str, str]], mark: bool) -> None:
    from bookbuild.model.characters import decode_text

    raw = ("\ufeff" if mark else "") + "".join(line + end for line, end in lines)
    found_mark, found = paragraphs._split_raw_lines(raw)
    assert found_mark + "".join(line + end for line, end in found) == raw
    assert [line for line, _ in found] == decode_text(raw.encode(), "").split("\n")


def test_options_keep_what_the_author_wrote(project: MakeProject) -> None:
    text = '# mine\ntitle = "Kebun" # a name\n\n# the paper of our school\n[print]\npaper = "F4" # folio\n\n[ebook]\n# nothing\n'
    one = project({"id.txt": "Satu.\n", "ar.txt": "أ.\n", "book.toml": text})
    settings.save_options(one, "book", OptionChanges(print={"paper": "A5", "duplex": True, "name_line": "name, Nilai"}))
    written = (one.source / "book" / "book.toml").read_text("utf-8")
    assert written == text.replace('"F4" # folio\n', '"A5" # folio\nduplex = true\nname_line = ["name", "Nilai"]\n')
    settings.save_options(
        one, "book", OptionChanges(print={"paper": "A4", "duplex": False, "name_line": "name, class"})
    )
    assert "paper" not in (one.source / "book" / "book.toml").read_text("utf-8").replace("# the paper", "")
    settings.save_options(one, "book", OptionChanges(titles={"ar": "بستان", "id": "Kebun"}))
    titles = {side["tag"]: side["title"] for side in settings.read_options(one, "book")["titles"]}
    assert titles == {"ar": "بستان", "id": "Kebun"}
    settings.save_options(one, "book", OptionChanges(titles={"ar": "", "id": ""}))
    assert settings.read_options(one, "book")["titles"][0]["title"] == ""


@pytest.mark.parametrize("changes", [{"paper": "A0"}, {"text_size": 7}, {"nonsense": 1}, {"paper.x": "A4"}])
def test_options_that_are_not_allowed_change_nothing(project: MakeProject, changes: dict[str, int | str]) -> None:
    one = project({"id.txt": "Satu.\n", "ar.txt": "أ.\n"})
    with pytest.raises(SourceError):
        settings.save_options(one, "book", OptionChanges(print=changes))
    assert not (one.source / "book" / "book.toml").exists()


@pytest.mark.parametrize("name", ["../x.txt", ".x", "a/b.txt", "", "a\nb.txt", "x" * 300 + ".txt"])
def test_uploads_stay_in_their_folder(tmp_path: Path, name: str) -> None:
    uploads = Uploads(open_project(tmp_path))
    with pytest.raises(BookbuildError, match="cannot be used"):
        uploads.write_file(uploads.add_folder(), name, b"x")
    with pytest.raises(BookbuildError, match="no longer there"):
        uploads.find_folder("../../etc")


def test_a_new_book_gets_a_name_of_its_own(tmp_path: Path) -> None:
    one = open_project(tmp_path)
    write(tmp_path / "source" / "kebun", {"ar.txt": "أ.\n", "id.txt": "Satu.\n"})
    paths = [Path("text-1.txt"), Path("text-2.txt")]
    assert choose_slug(one, paths, {"ar": "بستان", "id": "Kebun"}) == "kebun-2"
    assert choose_slug(one, paths, {}) == "book"
    assert choose_slug(one, [Path("surat ar.docx"), Path("surat id.docx")], {}) == "surat"
    write(tmp_path, {"text-1.txt": "Ini teks pertama dalam bahasa Indonesia.\n", "text-2.txt": "هذا نص عربي قصير.\n"})
    made = write_new_book(one, [tmp_path / p for p in paths], NewBook(files=("text-1.txt", "text-2.txt"), titles={"id": "Kebun"}))  # fmt: skip
    assert (made["book"], made["even"]) == ("kebun-2", True)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Server:
    root = tmp_path_factory.mktemp("preview")
    write(root / "source" / "book", {"ar.txt": "كلمة.\n", "id.txt": "Kata.\n"})
    with previewed(root) as found:
        found.settled()
        yield found


def test_without_the_token_nobody_gets_anything(server: Server) -> None:
    for path in ("/", "/state", "/book", "/books/book/texts", "/outputs/book.pdf"):
        status, _, body = server.ask(path, Cookie="")
        assert (status, b"Kata" in body) == (403, False)
        assert server.ask(path, Cookie=f"bookbuild-{server.port}=wrong")[0] == 403
        assert server.ask(f"{path}?token=wrong", Cookie="")[0] == 403
    status, headers, _ = server.ask(f"/book?token={server.token}", Cookie="")
    assert (status, headers["location"].endswith("/book")) == (303, True)
    assert "HttpOnly" in headers["set-cookie"]
    assert "SameSite=strict" in headers["set-cookie"]


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/uploads", "POST"),
        ("/books/book/texts", "POST"),
        ("/books/book/options", "POST"),
        ("/books/book/editions", "POST"),
        ("/books/book/pairs", "POST"),
        ("/libraries", "POST"),
        ("/uploads/0123456789abcdef/files/a.txt", "PUT"),
    ],
)
def test_other_sites_can_change_nothing(server: Server, path: str, method: str) -> None:
    body = json.dumps({}).encode()
    own = {"Content-Type": "application/json"}
    assert server.ask(path, method, body, **own, Origin="http://attacker.example")[0] == 403
    assert server.ask(path, method, body, **own, **{"Sec-Fetch-Site": "cross-site"})[0] == 403
    assert server.ask(path, method, body, **own, Cookie="")[0] == 403
    assert server.ask(path, method, body, **{"Content-Type": "text/plain"})[0] == 415  # what a form could send


def test_what_is_asked_wrongly_is_refused_with_a_reason(server: Server) -> None:
    own = {"Content-Type": "application/json"}
    for path, body in {
        "/books/book/texts": {"path": "x"},
        "/books/book/options": {"print": {"paper": {"a": 1}}},
        "/books/book/editions": {"edition": "nonsense"},
        "/books/other/editions": {"edition": "facing"},
        "/uploads/0123456789abcdef/read": {"files": ["a.txt"]},
    }.items():
        status, _, answer = server.ask(path, "POST", json.dumps(body).encode(), **own)
        assert status in {404, 422}, answer
        assert json.loads(answer)["findings"][0]["message"]
