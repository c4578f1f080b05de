"""The preview in a real browser: an edit, its page, an error, the recovery."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from conftest import judge, write
from previews import AXE, drawn, first_book, looking, previewed, replace, until, with_engine

pytestmark = pytest.mark.judge

WHERE = """
unit => {
  const view = document.querySelector('foliate-view')
  for (const { doc } of view?.renderer?.getContents?.() ?? []) {
    const block = doc.getElementById(unit)
    if (!block) continue
    const frame = doc.defaultView.frameElement.getBoundingClientRect(), pane = document.getElementById('book').getBoundingClientRect()
    const seen = [...block.getClientRects()].some(b => b.left + frame.left >= pane.left - 2 && b.right + frame.left <= pane.right + 2 && b.width)
    return { seen, text: block.textContent }
  }
  return null
}
"""


def test_an_edit_is_shown_where_it_is_then_an_error_then_the_recovery(tmp_path: Path, browser: Any) -> None:
    with_engine(tmp_path)
    folder = first_book(tmp_path)
    with previewed(tmp_path) as server, looking(browser, server) as page:
        before = drawn(page, 1)
        until(page, "document.querySelector('foliate-view')?.lastLocation")
        assert page.locator("#pages figure").count() == 2
        assert "Ketika Uni Soviet" in page.locator("#title").text_content()
        assert page.locator("#problems").is_hidden()

        # an edit on the last page: the page comes into sight, in the PDF and in the e-book
        last = (folder / "id.txt").read_text("utf-8").strip().splitlines()[-1]
        replace(folder / "id.txt", last, f"{last} Kalimatbaru ditambahkan.")
        until(page, "document.querySelector('figure.edited')")
        edited = server.settled()["books"][0]["edit"]
        number = edited["pages"]["nato-1954.pdf"]
        assert number == 2
        assert edited["path"] == "source/nato-1954/id.txt"
        until(page, f"document.getElementById('page').textContent.startsWith('{number} of')")
        until(page, f"(({WHERE})('{edited['unit']}'))?.seen")
        assert "Kalimatbaru" in page.evaluate(WHERE, edited["unit"])["text"]
        until(page, f"!document.querySelector('#pages img').src.endsWith({before!r})")
        assert "Kalimatbaru" in pdf_text(tmp_path / "dist" / "nato-1954.pdf")
        assert page.locator("#book > *").count() == 1

        # a mistake: file and line are shown, and the pages from before stay
        config = folder / "book.toml"
        right = config.read_text("utf-8")
        config.write_text(right + "\n[print]\ncolumnz = 2\n", "utf-8")
        page.wait_for_selector("#problems:not([hidden])")
        line = right.count("\n") + 3
        assert f"source/nato-1954/book.toml:{line}" in page.locator("#problems code").all_text_contents()
        assert "columns" in page.locator("#problems .advice").first.text_content()
        assert "stale" in page.locator("#panes").get_attribute("class")
        assert page.locator("#pages figure img").count() > 0

        # the recovery
        config.write_text(right, "utf-8")
        page.wait_for_selector("#problems", state="hidden")
        until(page, "!document.getElementById('panes').classList.contains('stale')")
        assert page.locator("#status").text_content().startswith("up to date")


def pdf_text(path: Path) -> str:
    from pypdf import PdfReader

    return "".join(one.extract_text() for one in PdfReader(path).pages)


def test_a_stylesheet_and_a_new_book_are_taken_up(tmp_path: Path, browser: Any) -> None:
    with_engine(tmp_path)
    write(tmp_path / "source" / "one", {"ar.txt": "كلمة.\n\nجملة.\n", "id.txt": "Kata.\n\nKalimat.\n"})
    with previewed(tmp_path) as server, looking(browser, server) as page:
        before = drawn(page, 1)
        assert page.locator("#books button").first.inner_text().startswith("one")
        (tmp_path / "styles").mkdir()  # was not there when the preview began
        (tmp_path / "styles" / "book.css").write_text("p { color: #123456 }", "utf-8")
        until(page, f"!document.querySelector('#pages img').src.endsWith({before!r})")
        write(tmp_path / "source" / "two", {"ar.txt": "ثان.\n", "id.txt": "Dua.\n"})
        until(page, "document.querySelectorAll('#books button').length === 2")
        page.locator("#books button", has_text="two").click()
        until(page, "document.getElementById('pdf').href.endsWith('two.pdf')")
        drawn(page, 1)
        shutil.rmtree(tmp_path / "source" / "two")
        until(page, "document.querySelectorAll('#books button').length === 1")


def test_without_the_engine_the_e_book_is_shown_document_by_document(tmp_path: Path, browser: Any) -> None:
    first_book(tmp_path)
    (tmp_path / ".bookbuild").mkdir()
    (tmp_path / ".bookbuild" / "reader").write_text("in the way", "utf-8")  # so that nothing can be fetched
    with previewed(tmp_path) as server, looking(browser, server) as page:
        page.wait_for_selector("#book iframe")
        page.wait_for_selector("#engine:not([hidden])")
        assert "restart the preview" in page.locator("#engine").text_content()
        for _ in range(8):
            if "Pembentukan NATO" in page.frame_locator("#book iframe").locator("body").inner_text():
                break
            page.locator("#left").click()  # the book goes on to the left
            page.wait_for_timeout(300)
        else:
            raise AssertionError("the text was not reached")
        assert page.frame_locator("#book iframe").locator("h2").first.evaluate("e => getComputedStyle(e).fontFamily")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 700])
def test_the_page_is_accessible(tmp_path: Path, browser: Any, scheme: str, width: int) -> None:
    judge(AXE.is_file(), "the check of accessibility needs the npm packages of tests/judges")
    with_engine(tmp_path)
    first_book(tmp_path)
    write(tmp_path / "source" / "wrong", {"ar.txt": "واحد.\n\nاثنان.\n", "id.txt": "Satu.\n"})
    options = {"color_scheme": scheme, "viewport": {"width": width, "height": 900}}
    with previewed(tmp_path) as server, looking(browser, server, **options) as page:
        drawn(page, 1)
        server.settled()
        for name in ("nato-1954", "wrong"):
            page.locator("#books button", has_text=name).click()
            until(page, f"document.title.startsWith('{name}')")
            page.evaluate(AXE.read_text("utf-8"))
            # what is in the book itself is judged where e-books are
            found = page.evaluate(
                "axe.run({ exclude: [['#book']] }).then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))"
            )
            assert found == []
