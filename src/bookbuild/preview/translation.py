"""The preview's pages in the user's language: texts and attributes of the HTML are messages of the catalogue."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import html

from bookbuild.languages.messages import Catalogue, choose_catalogue, list_catalogues
from bookbuild.languages.tables import find_locale

COOKIE = "bookbuild-language"
"""Set by the page's switch."""
ATTRIBUTES = ("aria-label", "title", "alt", "placeholder")


def choose_language(cookies: Mapping[str, str], accepted: str) -> Catalogue:
    """Return the catalogue for a request.

    The page's switch counts first, then BOOKBUILD_LANG, the languages that the browser accepts, the system's locale.
    """
    by_quality = sorted(
        (-float(match[2] or 1), match[1]) for match in re.finditer(r"([A-Za-z-]+)(?:;q=(\d\.?\d{0,3}))?", accepted)
    )
    system = [os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    own = [cookies.get(COOKIE, ""), os.environ.get("BOOKBUILD_LANG", "")]
    return choose_catalogue([*own, *(tag for _, tag in by_quality), *system])


def find_messages(page: Any) -> Iterator[tuple[Any, str, str]]:
    """Yield each text of a page: its element, `text`, `tail` or the attribute that holds it, and the message."""
    for element in page.iter():
        if not isinstance(element.tag, str) or element.tag in {"script", "style"}:
            continue
        is_text = element.get("translate") != "no"
        parts = [("text", element.text if is_text else None), ("tail", element.tail)]
        for name, text in [*parts, *((key, element.get(key)) for key in ATTRIBUTES)]:
            message = " ".join((text or "").split())
            if re.search(r"[^\W\d_]{2}", message):
                yield element, name, message


def translate_page(text: str, catalogue: Catalogue) -> str:
    """Return a page in the catalogue's language, with all messages for its scripts."""
    page = html.document_fromstring(text)
    page.set("lang", catalogue.tag)
    page.set("dir", catalogue.direction)
    for element, name, message in list(find_messages(page)):
        translation = catalogue.translate(message)
        if name in ATTRIBUTES:
            element.set(name, translation)
        else:
            original = getattr(element, name)
            start, end = original[: -len(original.lstrip())], original[len(original.rstrip()) :]
            setattr(element, name, (start if original[:1].isspace() else "") + translation + end)
    switch = page.find('.//select[@id="language"]')
    if switch is not None:
        for tag in list_catalogues():
            locale = find_locale(tag)
            option = html.Element("option", value=tag, lang=tag)
            option.text = (locale.get_language_name() if locale else "") or tag
            if tag == catalogue.tag:
                option.set("selected", "")
            switch.append(option)
    script = html.Element("script", type="application/json", id="messages")
    script.text = json.dumps(catalogue.messages, ensure_ascii=False).replace("<", "\\u003c")
    page.find("head").insert(0, script)
    result: str = html.tostring(page, encoding="unicode", doctype="<!doctype html>")
    return result
