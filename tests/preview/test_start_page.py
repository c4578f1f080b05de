"""A new user in a browser: two Word files become a printed handout; then a typo, an option, another paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from conftest import judge, write
from previews import AXE, drawn, first_book, looking, previewed, until, with_engine

pytestmark = [pytest.mark.judge, pytest.mark.slow]

ARABIC = ["البستان", "في الصباح ذهب الولد إلى البستان مع أبيه.", "رأى الولد شجرة كبيرة. جلس تحتها وقرأ كتابه.", "ثم رجعا إلى البيت في المساء."]  # fmt: skip
INDONESIAN = ["Kebun", "Pada pagi hari anak itu pergi ke kebun bersama ayahnya.", "Anak itu melihat sebatang pohon besar.", "Ia duduk di bawahnya dan membaca bukunya.", "Lalu keduanya pulang pada sore hari."]  # fmt: skip


def word_file(path: Path, heading: str, *paragraphs: str) -> str:
    import docx

    document = docx.Document()
    document.add_heading(heading, 1)
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(path)
    return str(path)


def pdf_text(path: Path) -> str:
    from pypdf import PdfReader

    return "".join(page.extract_text() for page in PdfReader(path).pages)


def wait_for_pages(page: Any, name: str) -> None:
    page.wait_for_url("**/book#*")
    until(page, f"document.getElementById('pdf')?.href.endsWith('/{name}')")
    drawn(page, 1)


def find_paragraph(page: Any, start: str) -> Any:
    found = f"[...document.querySelectorAll('#texts-list textarea')].findIndex(one => one.value.startsWith('{start}'))"
    until(page, f"{found} >= 0")
    return page.locator("#texts-list textarea").nth(page.evaluate(found))


@pytest.mark.parametrize("language", ["en", "id", "ar"])
def test_two_word_files_become_a_handout(tmp_path: Path, browser: Any, language: str) -> None:
    with_engine(tmp_path)
    (tmp_path / "word").mkdir()
    files = [
        word_file(tmp_path / "word" / "Terjemahan.docx", *INDONESIAN),
        word_file(tmp_path / "word" / "النص.docx", *ARABIC),
    ]
    with previewed(tmp_path) as server, looking(browser, server, "", locale=language) as page:
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
        page.locator("#new").click()
        page.locator("#chosen").set_input_files(files)
        until(
            page, "!document.getElementById('make').hidden && document.querySelectorAll('#files select').length === 2"
        )
        # the languages are recognised, the likely original comes first, titles are those of the documents
        assert page.locator("#files select").evaluate_all("all => all.map(one => one.value)") == ["ar", "id"]
        titles = page.locator("#titles input")
        assert titles.evaluate_all("all => all.map(one => one.value)") == ["البستان", "Kebun"]
        titles.nth(1).fill("Di Kebun")
        page.locator("#paper").select_option("F4")
        page.locator("#make").click()
        wait_for_pages(page, "di-kebun.pdf")
        server.settled("built")
        folder = tmp_path / "source" / "di-kebun"
        assert sorted(path.name for path in folder.iterdir()) == ["aligned.csv", "ar.md", "book.toml", "id.md"]
        assert 'id = "Di Kebun"' in (folder / "book.toml").read_text("utf-8")
        text = pdf_text(tmp_path / "dist" / "di-kebun.pdf")
        assert "Di Kebun" in text
        assert "sebatang pohon besar" in text
        assert page.evaluate("fetch('/outputs/di-kebun.epub').then(answer => answer.status)") == 200
        width, height = page.evaluate("fetch(document.querySelector('#pages img').src.replace(/\\/1\\?.*/, '')).then(r => r.json()).then(all => all[0])")  # fmt: skip
        assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (215, 330)
    assert [*(tmp_path / ".bookbuild" / "uploads").iterdir()] == []


def test_pasted_texts_in_one_language_are_asked_about(tmp_path: Path, browser: Any) -> None:
    with_engine(tmp_path)
    with previewed(tmp_path) as server, looking(browser, server, "new") as page:
        page.locator("#paste summary").click()
        page.locator("#pasted-1").fill("\n\n".join(INDONESIAN))
        page.locator("#pasted-2").fill("\n\n".join(f"{text} Ya." for text in INDONESIAN))
        page.locator("#use").click()
        page.wait_for_selector("#trouble li")
        assert "two languages" in page.locator("#trouble").text_content()
        # the person says what they are: the second one is in Malay
        page.locator("#files select").nth(0).select_option("id")
        page.locator("#files select").nth(1).select_option("ms")
        until(page, "!document.getElementById('make').hidden && document.getElementById('trouble').hidden")
        page.locator("#titles input").nth(0).fill("Cerita")
        page.locator("#make").click()
        wait_for_pages(page, "cerita.pdf")
        assert server.settled("built")["books"][0]["slug"] == "cerita"


def test_typos_of_one_person_and_of_two(tmp_path: Path, browser: Any) -> None:
    with_engine(tmp_path)
    folder = first_book(tmp_path)
    with previewed(tmp_path) as server, looking(browser, server) as page:
        before = drawn(page, 1)
        # a typo, in its paragraph beside the page
        page.locator("#tab-texts").click()
        field = find_paragraph(page, "Rivalitas jangka panjang")
        field.fill(field.input_value().replace("Rivalitas", "Persaingan"))
        field.press("Enter")
        until(page, f"!document.querySelector('#pages img').src.endsWith({before!r})")
        assert (folder / "id.txt").read_text("utf-8").startswith("Persaingan jangka panjang")
        server.settled()
        assert "Persaingan jangka panjang" in pdf_text(tmp_path / "dist" / "nato-1954.pdf")

        # what is typed into the next paragraph while the first is saved is not lost
        one, next_one = (find_paragraph(page, start) for start in ("Pembentukan NATO", "Pembentukan blok NATO"))
        one.press("End")
        one.press_sequentially(" kini", delay=30)
        next_one.focus()
        next_one.press("Control+End")
        next_one.press_sequentially(" Begitulah ceritanya dahulu kala.", delay=60)
        next_one.press("Enter")
        until(page, "!document.querySelector('textarea.saving')")
        server.settled()
        text = (folder / "id.txt").read_text("utf-8")
        assert "Pembentukan NATO kini\n" in text
        assert " Begitulah ceritanya dahulu kala.\n" in text
        assert page.locator("#texts-trouble").is_hidden()

        # an edit made elsewhere is not lost
        write(folder, {"ar.txt": (folder / "ar.txt").read_text("utf-8").replace("الناتو", "النيتو")})
        server.settled()
        until(page, "[...document.querySelectorAll('#texts-list textarea')].some(one => one.value === 'إنشاء النيتو')")
        # of two people who change one paragraph, the second is told, and can compare and save again
        other = find_paragraph(page, "إنشاء النيتو")
        other.fill("إنشاء الحلف")
        page.evaluate("paragraph => fetch('/books/nato-1954/texts', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(paragraph) })", {**page.evaluate("document.activeElement.paragraph"), "after": "إنشاء شيء"})  # fmt: skip
        page.evaluate("document.activeElement.paragraph.before = 'إنشاء النيتو'")
        other.press("Enter")
        page.wait_for_selector("#texts-trouble li")
        assert "A004" in page.locator("#texts-trouble").text_content()
        assert "شيء" in (folder / "ar.txt").read_text("utf-8")
        assert page.locator("textarea.unsaved").input_value() == "إنشاء الحلف"
        page.locator("textarea.unsaved").press("Enter")
        until(page, "!document.querySelector('textarea.unsaved, textarea.saving')")
        assert "إنشاء الحلف" in (folder / "ar.txt").read_text("utf-8")


def test_an_option_and_another_paper(tmp_path: Path, browser: Any) -> None:
    with_engine(tmp_path)
    folder = first_book(tmp_path)
    with previewed(tmp_path) as server, looking(browser, server) as page:
        drawn(page, 1)
        # an option goes to book.toml, whose comments stay
        config = (folder / "book.toml").read_text("utf-8")
        page.locator("#tab-options").click()
        page.locator('#fields [name="text_size"]').fill("120")
        page.locator("#options button").click()
        until(page, "document.getElementById('saved').textContent === 'saved'")
        changed = (folder / "book.toml").read_text("utf-8")
        assert "text_size = 120" in changed
        assert {line for line in config.splitlines() if line.startswith("#")} <= {*changed.splitlines()}

        # another paper, made when it is asked for
        page.locator("#tab-papers").click()
        page.locator('[data-file="nato-1954-facing.pdf"]').click()
        page.wait_for_selector('#papers-list a[href="/outputs/nato-1954-facing.pdf"]')
        page.locator("#printed").select_option("nato-1954-facing.pdf")
        until(page, "document.getElementById('pages').classList.contains('spreads')")
        drawn(page, 2)
        first, second = (page.locator(f'#pages figure[data-page="{n}"]').bounding_box() for n in (2, 3))
        assert first["y"] == second["y"]
        assert first["x"] > second["x"]  # the book opens from the right

        # words are found in either language, without vowel marks
        page.locator("#words").fill("rivalitas JANGKA")
        until(page, "document.getElementById('hits').textContent === '1 page'")
        page.locator("#words").fill("للتَنافُس")
        until(page, "document.getElementById('hits').textContent === '1 page'")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 390])
def test_all_pages_are_accessible(tmp_path: Path, browser: Any, scheme: str, width: int) -> None:
    judge(AXE.is_file(), "the check of accessibility needs the npm packages of tests/judges")
    with_engine(tmp_path)
    first_book(tmp_path)
    options = {"color_scheme": scheme, "viewport": {"width": width, "height": 900}, "locale": "ar"}
    with previewed(tmp_path) as server, looking(browser, server, "", **options) as page:

        def check(where: str) -> None:
            page.evaluate(AXE.read_text("utf-8"))
            found = page.evaluate(
                "axe.run({ exclude: [['#book']] }).then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))"
            )
            assert (where, found) == (where, [])

        server.settled()
        until(page, "document.querySelectorAll('#shelf img').length === 1")
        check("start")
        page.goto(f"{server.url}new")
        page.locator("#paste summary").click()
        page.locator("#pasted-1").fill("\n\n".join(ARABIC))
        page.locator("#pasted-2").fill("\n\n".join(INDONESIAN))
        page.locator("#use").click()
        until(page, "!document.getElementById('make').hidden")
        check("new")
        page.goto(f"{server.url}book")
        drawn(page, 1)
        for name, content in {"texts": "textarea", "papers": "li", "options": "label"}.items():
            page.locator(f"#tab-{name}").click()
            page.wait_for_selector(f"#{name} {content} >> visible=true")
            check(name)


def test_a_new_version_of_one_text_and_its_pairs(tmp_path: Path, browser: Any) -> None:
    with_engine(tmp_path)
    book = tmp_path / "source" / "kebun"
    write(book, {"ar.txt": "\n\n".join(ARABIC) + "\n", "id.txt": "\n\n".join([*INDONESIAN[:3], INDONESIAN[4]]) + "\n"})
    new = word_file(tmp_path / "versi baru.docx", *INDONESIAN)
    with previewed(tmp_path) as server, looking(browser, server, locale="id") as page:
        drawn(page, 1)
        page.locator("#tab-texts").click()
        page.locator('#texts-list input[type="file"]').nth(1).set_input_files(new)
        page.wait_for_selector("#problems:not([hidden])")
        assert not (book / "id.txt").exists()
        assert (book / "ar.txt").read_text("utf-8").startswith("البستان")
        # what kind of problem it is stands there in the user's language
        assert "Jumlah paragraf antarbahasa berbeda" in page.locator("#problems li").first.text_content()
        page.locator("#pair").click()
        page.wait_for_selector("#problems", state="hidden")
        server.settled("built")
        assert (book / "aligned.csv").exists()
        assert "duduk di bawahnya" in pdf_text(tmp_path / "dist" / "kebun.pdf")
