"""A second look at a document, past pandoc: which of its words did not arrive. Bytes in, words out. Pure."""

from __future__ import annotations

import io
import posixpath
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from urllib.parse import unquote

from lxml import etree, html

from bookbuild.exchange.importing.entities import known_characters
from bookbuild.exchange.importing.packages import STRICT

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DRAWING = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
_RUNS = tuple(f"{_WORD}{name}" for name in ("t", "tab", "ptab", "br", "cr"))
_CHOICES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_TEXTS = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_SPACES = tuple(f"{_TEXTS}{name}" for name in ("s", "tab", "line-break"))
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_ELSEWHERE = (
    *(f"{_TEXTS}{name}" for name in ("note", "p", "h", "script")),
    *(f"{_DRAWING}{name}" for name in ("title", "desc")),
    f"{_OFFICE}annotation",
)
_LETTERS = re.compile(r"[^\W_]+")
_SHOWN = 6


def lost_words(data: bytes, suffix: str, texts: Sequence[str], skipped: Collection[str] = ()) -> str:
    """Give some words that the document has more often than the texts; nothing for formats that have no witness.

    `skipped` names documents of an e-book that are no text of it.
    """
    try:
        seen = list(_words(data, suffix, skipped))
    except (zipfile.BadZipFile, KeyError, IndexError, etree.XMLSyntaxError, ValueError):
        return ""
    return missing_words(seen, texts)


def words_of(texts: Sequence[str]) -> list[str]:
    """Give the words of texts, raised and lowered figures and ready-made letters written as others."""
    return _split("\n".join(texts))


def missing_words(seen: Sequence[str], texts: Sequence[str]) -> str:
    """Give some of the words that there are more often than in the texts."""
    want = Counter(map(str.casefold, seen))
    left = []
    for word in map(str.casefold, _split("\n".join(texts))):
        if want[word] > 0:
            want[word] -= 1
        else:
            left.append(word)
    joined = "".join(left)
    missing = []
    for word in seen:
        if want[word.casefold()] > 0:
            want[word.casefold()] -= 1
            if word.casefold() not in joined:  # a word in pieces of several formats is one word
                missing.append(word)
    shown = " ".join(missing[:_SHOWN])
    return f"{shown} … ({len(missing)} words)" if len(missing) > _SHOWN else shown


def _split(text: str) -> list[str]:
    """Give the words of a text, raised and lowered figures and ready-made letters written as others."""
    return _LETTERS.findall(unicodedata.normalize("NFKC", text))


def _words(data: bytes, suffix: str, skipped: Collection[str]) -> Iterator[str]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    if suffix == ".docx":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                if re.fullmatch(r"word/(document|footnotes|endnotes)\d*\.xml", name):
                    root = etree.fromstring(archive.read(name).replace(*STRICT), parser)
                    for again in [f for f in root.iter(f"{_CHOICES}Fallback") if _is_said_before(f)]:
                        again.getparent().remove(again)
                    for paragraph in root.iter(f"{_WORD}p"):
                        runs = (_run(t) for t in paragraph.iter(*_RUNS) if _own(t, paragraph))
                        yield from _split("".join(runs))
    elif suffix == ".odt":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            root = etree.fromstring(archive.read("content.xml"), parser)
        for paragraph in root.iter(f"{_TEXTS}p", f"{_TEXTS}h"):
            if not any(True for _ in paragraph.iterancestors(f"{_TEXTS}tracked-changes", f"{_OFFICE}annotation")):
                yield from _split("".join(_apart(paragraph)))
    elif suffix in {".html", ".htm", ".xhtml"}:
        yield from _page(data)
    elif suffix == ".epub":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in _spine(archive, parser):
                if name in skipped:
                    continue
                yield from _page(archive.read(name))
    elif suffix == ".fb2":
        for node in etree.fromstring(known_characters(data), parser).xpath(
            f"//*[local-name()='body']//text()[not({_POINTERS})]"
        ):
            if not node.getparent().xpath(_NUMBER_OF_NOTE):
                yield from _split(str(node))
    elif suffix == ".rtf":
        yield from _rich(data)


_NUMBER_OF_NOTE = (
    "ancestor::*[local-name()='title' and translate(normalize-space(.), '0123456789[]()*. ', '') = '']"
    "[ancestor::*[local-name()='body' and @name]]"
)
_POINTERS = (
    "ancestor::*[local-name()='a'][@*[name()='epub:type']='noteref' or @role='doc-noteref' or @type='note'"
    " or contains(@*[local-name()='href'], '#') and translate(., '0123456789[]()*↩ ', '') = '']"
)
"""What leads from a text to a note, or back: numbers that are made anew."""


def _page(data: bytes) -> Iterator[str]:
    root = html.fromstring(data, parser=html.HTMLParser(encoding="utf-8", huge_tree=True))
    menus = "ancestor::*[self::nav or ((@role='navigation' or @role='search') and not(self::body))]"
    unseen = f"ancestor::script or ancestor::style or ancestor::noscript or {menus}"
    for node in root.xpath(f"//body//text()[not({unseen} or {_POINTERS})]"):
        yield from _split(str(node))


def _spine(archive: zipfile.ZipFile, parser: etree.XMLParser) -> Iterator[str]:
    """Give the documents of an EPUB that are read, in order, whether or not they are in line."""
    container = etree.fromstring(archive.read("META-INF/container.xml"), parser)
    package = str(container.xpath("//*[local-name()='rootfile']/@full-path")[0])
    root = etree.fromstring(archive.read(package), parser)
    items = {item.get("id"): item for item in root.iter("{*}item")}
    for reference in root.iter("{*}itemref"):
        item = items[reference.get("idref")]
        if "nav" not in item.get("properties", "").split() and "html" in item.get("media-type", ""):
            yield posixpath.normpath(posixpath.join(posixpath.dirname(package), unquote(item.get("href", ""))))


def _rich(data: bytes) -> Iterator[str]:
    from striprtf.striprtf import rtf_to_text

    text = data.decode("latin-1").replace("{\\field{", "{{")  # the library writes addresses into the text, and slowly
    yield from _split(rtf_to_text(text, errors="ignore"))  # type: ignore[no-untyped-call]


def _is_said_before(fallback: etree._Element) -> bool:
    """Tell whether what an old program shows instead has words that the new one shows too."""
    return any(
        next(c.iter(f"{_WORD}t"), None) is not None for c in fallback.itersiblings(f"{_CHOICES}Choice", preceding=True)
    )


def _run(node: etree._Element) -> str:
    """Give the words of a run; the reading of a word stands apart from it, and hidden words are none."""
    run = node.getparent()
    if node.tag != f"{_WORD}t":
        return " "
    if run is not None and any(
        m.get(f"{_WORD}val") not in {"0", "false", "off"} for m in run.iterfind(f"{_WORD}rPr/{_WORD}vanish")
    ):
        return ""
    return f" {node.text} " if next(node.iterancestors(f"{_WORD}rt"), None) is not None else node.text or ""


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
        if child.tag in _SPACES:
            yield " "
        elif child.tag == f"{_TEXTS}ruby-text":
            yield from (" ", *_apart(child), " ")
        elif child.tag not in _ELSEWHERE:
            yield from _apart(child)
        yield child.tail or ""
