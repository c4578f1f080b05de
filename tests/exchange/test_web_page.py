"""The web page to send: in a real browser, wide and narrow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from conftest import Built
from small_books import GOOD

pytestmark = pytest.mark.judge

STYLES = """
[...document.querySelectorAll('.t')].map(e => [e.lang, getComputedStyle(e).fontSize, getComputedStyle(e).fontFamily])
"""
WIDTHS = "[document.documentElement.scrollWidth, innerWidth]"
SHOWN = "[...document.querySelectorAll('.side .t')].filter(e => e.offsetParent).map(e => e.lang)"


@pytest.fixture
def page(built: Callable[..., Built], browser: Any) -> Any:
    titles = '[title]\nar = "كتاب"\nid = "Buku"\n'
    nested = {
        **GOOD,
        "ar.md": "# عنوان\n\nنص *مهم* و**قوي** فيه NATO.",
        "id.md": "# Judul\n\nTeks *miring*.",
        "book.toml": titles,
    }
    book = built({name: text for name, text in nested.items() if not name.endswith(".txt")}, formats=("html",))
    opened = browser.new_page()
    opened.goto((book.project.dist / "book.html").as_uri())
    opened.evaluate("document.fonts.ready")
    yield opened
    opened.close()


def test_sizes_do_not_multiply_and_typefaces_are_inside(page: Any) -> None:
    for language, size, family in page.evaluate(STYLES):
        assert float(size.removesuffix("px")) < 40
        assert family.startswith("Amiri" if language == "ar" else '"Crimson Text"')
    assert page.evaluate("[...document.fonts].filter(f => f.status == 'loaded').length") >= 2
    assert page.locator("caption span").all_text_contents() == ["كتاب", "Buku"]


@pytest.mark.parametrize("width", [320, 390, 1200])
def test_it_fits_any_screen(width: int, page: Any) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    whole, seen = page.evaluate(WIDTHS)
    assert whole <= seen
    beside = page.evaluate(
        "(() => { const [a, b] = document.querySelectorAll('#u1 .side'); return a.offsetTop == b.offsetTop })()"
    )
    assert beside is (width > 704)


def test_one_language_is_shown_alone_by_pointer_and_by_key(page: Any) -> None:
    assert set(page.evaluate(SHOWN)) == {"ar", "id"}
    page.locator('label[for="shown-2"]').click()
    assert set(page.evaluate(SHOWN)) == {"id"}
    page.locator("#shown-2").focus()
    page.keyboard.press("ArrowUp")
    assert set(page.evaluate(SHOWN)) == {"ar"}
    page.emulate_media(media="print")
    assert not page.locator(".switch").is_visible()
