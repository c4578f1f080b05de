"""A second look at a document, past pandoc: which of its words did not arrive. Bytes in, words out. Pure."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence

from lxml import etree, html

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TEXTS = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_LETTERS = re.compile(r"[^\W_]+")
_SHOWN = 6


def lost_words(data: bytes, suffix: str, texts: Sequence[str]) -> str:
    """Give some words that the document has more often than the texts; nothing for formats that have no witness."""
    try:
        found = list(_words(data, suffix))
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError, ValueError):
        return ""
    have = Counter(_LETTERS.findall(_plain(" ".join(texts))))
    joined = "".join(_LETTERS.findall(_plain("".join(texts))))
    missing = []
    for word in map(_plain, found):
        if have[word] > 0:
            have[word] -= 1
        elif word not in joined:  # a word in pieces of several formats is one word
            missing.append(word)
    shown = " ".join(missing[:_SHOWN])
    return f"{shown} … ({len(missing)} words)" if len(missing) > _SHOWN else shown


def _plain(text: str) -> str:
    """Write raised and lowered figures as others."""
    return unicodedata.normalize("NFKC", text)


def _words(data: bytes, suffix: str) -> Iterator[str]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    if suffix == ".docx":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                if re.fullmatch(r"word/(document|footnotes|endnotes)\d*\.xml", name):
                    root = etree.fromstring(archive.read(name), parser)
                    for paragraph in root.iter(f"{_WORD}p"):
                        runs = (t.text or "" for t in paragraph.iter(f"{_WORD}t") if _own(t, paragraph))
                        yield from _LETTERS.findall("".join(runs))
    elif suffix == ".odt":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            root = etree.fromstring(archive.read("content.xml"), parser)
        for paragraph in root.iter(f"{_TEXTS}p", f"{_TEXTS}h"):
            if not any(True for _ in paragraph.iterancestors(f"{_TEXTS}tracked-changes", f"{_OFFICE}annotation")):
                yield from _LETTERS.findall("".join(_apart(paragraph)))
    elif suffix in {".html", ".htm", ".xhtml"}:
        root = html.fromstring(data, parser=html.HTMLParser(encoding="utf-8", huge_tree=True))
        for node in root.xpath("//body//text()[not(ancestor::script or ancestor::style or ancestor::noscript)]"):
            yield from _LETTERS.findall(str(node))


def _own(node: etree._Element, paragraph: etree._Element) -> bool:
    """Tell whether a run belongs to this paragraph, not to one in a text box inside it, nor to deleted text."""
    for ancestor in node.iterancestors():
        if ancestor is paragraph:
            return True
        if ancestor.tag in {f"{_WORD}p", f"{_WORD}del", f"{_WORD}moveFrom"}:
            return False
    return False


def _apart(paragraph: etree._Element) -> Iterator[str]:
    yield paragraph.text or ""
    for child in paragraph:
        if child.tag in {f"{_TEXTS}s", f"{_TEXTS}tab", f"{_TEXTS}line-break"}:
            yield " "
        elif child.tag not in {f"{_TEXTS}note", f"{_OFFICE}annotation"}:
            yield from _apart(child)
        yield child.tail or ""
