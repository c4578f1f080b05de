"""The review of pairs in a browser: with keys alone, against edits made elsewhere."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import NATO, Built, command, judge, write
from previews import AXE, looking, previewed, until
from reviews import AR, ID, at, project, rows, table

from bookbuild.book.folder import open_book
from bookbuild.book.load import load_book
from bookbuild.model.project import open_project

pytestmark = pytest.mark.judge


@pytest.fixture
def page(tmp_path: Path, browser: Any) -> Iterator[Any]:
    project(tmp_path)
    run = command("align", "--book", "book", "--root", str(tmp_path))
    assert run.status == 0, run.err
    with previewed(tmp_path) as server, looking(browser, server) as one:
        server.settled("built")
        one.goto(f"{server.url}review?book=book")
        one.wait_for_selector("#rows tr")
        yield one


def test_a_correction_goes_from_the_keys_to_pdf_and_epub_and_survives_an_edit(page: Any, tmp_path: Path) -> None:
    from pypdf import PdfReader

    # whatever the aligner made of the two joined sentences: by hand each sentence gets its own
    at(page, "جاء الرجل")
    while len(rows(page)) > 2:  # one row of all that is between
        before = len(rows(page))
        page.keyboard.press("m")
        until(page, f"document.querySelectorAll('#rows tr').length < {before}")
        if sum(len(c) for r in rows(page) for c in r[:1]) and any(
            "النهاية" in p for r in rows(page)[1:2] for c in r for p in c
        ):
            break
    for words in ("عاد إلى البيت", "كان السوق", "ثم ذهب"):
        before = len(rows(page))
        at(page, words)
        page.keyboard.press("s")
        until(page, f"document.querySelectorAll('#rows tr').length === {before + 1}")
    for _ in range(12):  # the Indonesian sentences follow theirs
        wrong = next(((n, r) for n, r in enumerate(rows(page)) if len(r[0]) != len(r[1])), None)
        if wrong is None:
            break
        number, row = wrong
        if len(row[1]) > len(row[0]):
            at(page, row[1][len(row[0])])
            page.keyboard.press("Alt+ArrowDown")
        else:
            below = next(r for r in rows(page)[number + 1 :] if r[1])
            at(page, below[1][0])
            page.keyboard.press("Alt+ArrowUp")
        page.wait_for_timeout(60)
    corrected = rows(page)
    assert [len(r[0]) for r in corrected if r[0]] == [len(r[1]) for r in corrected if r[1]]
    assert "not saved" in page.locator("#status").text_content()
    page.keyboard.press("Control+s")
    until(page, "document.getElementById('status').textContent.includes('saved in source/book/aligned.csv')")
    pairs = [(a, i) for a, i, _ in table(tmp_path)]
    assert ("ثم ذهب إلى السوق واشترى خبزا.", "Lalu ia pergi ke pasar dan membeli roti.") in pairs
    assert (
        "كان السوق كبيرا ومزدحما بالناس في ذلك اليوم.",
        "Pasar itu besar dan penuh sesak dengan orang pada hari itu.",
    ) in pairs

    # a later edit of another paragraph keeps it
    later = [*ID[:4], "Akhirnya bahagia sekali bagi semua orang di desa itu."]
    write(tmp_path / "source" / "book", {"id.txt": "\n".join(later) + "\n"})
    built = command("build", "--root", str(tmp_path))
    assert built.status == 0, built.err
    text = " ".join(" ".join(p.extract_text() for p in PdfReader(tmp_path / "dist" / "book.pdf").pages).split())
    assert "bahagia sekali" in text
    chapter = " ".join(Built(open_project(tmp_path), "book").documents.values())
    left, right = chapter.index("ثم ذهب"), chapter.index("Lalu ia pergi")
    assert 0 < right - left < 600  # in one pair
    assert command("align", "--book", "book", "--root", str(tmp_path)).status == 0
    assert set(pairs) - {(a, i) for a, i, _ in table(tmp_path)} <= {pairs[-1]}


def test_every_change_can_be_undone_and_done_again(page: Any) -> None:
    first = rows(page)
    seen = [first]
    at(page, "جاء الرجل")
    for key in ("m", "c", "u", "Alt+ArrowDown", "Alt+ArrowUp"):
        page.keyboard.press(key)
        page.wait_for_timeout(80)
        seen.append(rows(page))
    last = rows(page)
    words = sorted(p for r in first for c in r for p in c)
    assert all(sorted(p for r in state for c in r for p in c) == words for state in seen)  # words are never lost
    for _ in range(8):
        page.keyboard.press("Control+z")
        page.wait_for_timeout(40)
    assert rows(page) == first
    assert page.locator("#undo").is_disabled()
    for _ in range(8):
        page.keyboard.press("Control+y")
        page.wait_for_timeout(40)
    assert rows(page) == last


def test_what_is_untranslated_stands_alone(page: Any, tmp_path: Path) -> None:
    at(page, "عاد إلى البيت")
    page.keyboard.press("u")
    page.wait_for_timeout(80)
    page.keyboard.press("Control+s")
    until(page, "document.getElementById('status').textContent.includes('saved in')")
    assert (AR[3], "", "x") in table(tmp_path)


def test_arrows_go_through_rows_and_languages_the_way_they_are_read(page: Any) -> None:
    at(page, "المقدمة")
    page.keyboard.press("ArrowLeft")  # the second language stands on the left
    assert page.evaluate("document.activeElement.textContent") == "Pendahuluan"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent").startswith("جاء الرجل")
    assert page.evaluate("getComputedStyle(document.activeElement).direction") == "rtl"
    page.keyboard.press("?")
    assert page.locator("#help").is_visible()


def test_what_was_changed_elsewhere_is_not_overwritten(page: Any, tmp_path: Path) -> None:
    path = tmp_path / "source" / "book" / "aligned.csv"
    at(page, "جاء الرجل")
    page.keyboard.press("c")
    elsewhere = path.read_bytes().replace(b",1.00,", b",0.99,")
    path.write_bytes(elsewhere)
    page.keyboard.press("Control+s")
    page.wait_for_selector("#trouble:not([hidden])")
    assert path.read_bytes() == elsewhere
    assert "changed" in page.locator("#trouble p").text_content()
    page.locator("#reload").click()
    page.wait_for_selector("#trouble", state="hidden")
    until(page, "document.getElementById('status').textContent.includes('saved in')")


def test_without_changes_here_what_was_saved_elsewhere_is_taken_up(page: Any, tmp_path: Path) -> None:
    write(tmp_path / "source" / "book", {"id.txt": "\n".join([*ID[:4], "Akhir yang lain sama sekali."]) + "\n"})
    until(page, "document.getElementById('rows').textContent.includes('Akhir yang lain')")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_accessible(page: Any, scheme: str) -> None:
    judge(AXE.is_file(), "the check of accessibility needs the npm packages of tests/judges")
    page.emulate_media(color_scheme=scheme)
    page.locator("#plot summary").click()
    at(page, "جاء الرجل")
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run().then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 200))]))")
    assert found == []


def test_two_real_texts_go_from_word_through_review_to_paper_and_e_book(tmp_path: Path, browser: Any) -> None:
    """Paragraphs that do not match, one correction by hand, which survives a later edit of the text."""
    docx = pytest.importorskip("docx")
    pytest.importorskip("pypandoc")
    sides = {
        tag: [line for line in (NATO / f"{tag}.txt").read_text("utf-8").split("\n") if line.strip()]
        for tag in ("ar", "id")
    }
    whole = {tag: [" ".join(line.split()) for line in lines] for tag, lines in sides.items()}
    # the Arabic joins two paragraphs, the Indonesian divides one
    whole["ar"][3:5] = [f"{whole['ar'][3]} {whole['ar'][4]}"]
    first, second = whole["id"][2].split(". ", 1)
    whole["id"][2:3] = [f"{first}.", second]
    for tag, lines in whole.items():
        document = docx.Document()
        for line in lines:
            document.add_paragraph(line)
        document.save(str(tmp_path / f"{tag}.docx"))
    root = ("--root", str(tmp_path))
    assert command("import", str(tmp_path / "ar.docx"), str(tmp_path / "id.docx"), "--book", "nato", *root).status == 0
    assert command("build", *root).status == 1
    run = command("align", "--book", "nato", *root)
    assert run.status == 0, run.err
    folder = tmp_path / "source" / "nato"
    data = (folder / "aligned.csv").read_bytes().decode("utf-8-sig")
    before = [(row["ar"], row["id"]) for row in csv.DictReader(io.StringIO(data))]
    joined = next(n for n, (a, _) in enumerate(before) if a == whole["ar"][3])
    assert before[joined][1] == "\n".join(whole["id"][4:6])
    assert (whole["ar"][2], f"{first}.\n{second}") in before

    with previewed(tmp_path) as server, looking(browser, server) as page:
        server.settled("built")
        page.goto(f"{server.url}review?book=nato")
        page.wait_for_selector("#rows tr")
        at(page, " ".join(sides["ar"][4].split())[:30])  # where the second of the joined paragraphs begins
        page.keyboard.press("s")
        until(page, f"document.querySelectorAll('#rows tr').length === {len(before) + 1}")
        found = rows(page)[joined : joined + 2]
        assert " ".join(found[1][0]) == " ".join(sides["ar"][4].split())
        if " ".join(found[1][1]) != whole["id"][5]:  # the split went by lengths: moved to where it belongs
            at(page, whole["id"][5][:30])
            page.keyboard.press("Alt+ArrowDown" if len(found[0][1]) > 1 else "Alt+ArrowUp")
        page.keyboard.press("Control+s")
        until(page, "document.getElementById('status').textContent.includes('saved in')")
        server.settled("built")
    corrected = {(" ".join(sides["ar"][3].split()), whole["id"][4]), (" ".join(sides["ar"][4].split()), whole["id"][5])}

    def paired() -> set[tuple[str, ...]]:
        here = open_project(tmp_path)
        book = load_book(here, open_book(here, "nato")).book
        return {tuple(" ".join(b.text.split()) for b in u.blocks) for u in book.units()}

    plain = {tuple(_plain(t) for t in pair) for pair in corrected}
    assert plain <= {tuple(_plain(t) for t in pair) for pair in paired()}
    text = folder / "id.txt"
    text.write_text(text.read_text("utf-8").replace(whole["id"][-1], whole["id"][-1] + " Tambahan."), "utf-8")
    built = command("build", *root)
    assert built.status == 0, built.err
    assert plain <= {tuple(_plain(t) for t in pair) for pair in paired()}
    assert "9 of 9" in built.out
    assert command("check", *root).status == 0


def _plain(text: str) -> str:
    """Leave out what typography changes."""
    return "".join(c for c in text if c.isalnum())
