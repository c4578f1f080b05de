"""Take a document and the texts that pandoc made of it; return missing words. Reads without pandoc. Pure."""

from __future__ import annotations

import io
import posixpath
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from urllib.parse import unquote, urldefrag

from lxml import etree, html

from bookbuild.exchange.importing.entities import replace_named_characters
from bookbuild.exchange.importing.latex_words import read_words
from bookbuild.exchange.importing.packages import STRICT_TO_TRANSITIONAL
from bookbuild.work.archives import DAMAGE
from bookbuild.work.xml import parse_xml

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
_RUN_ELEMENTS = tuple(f"{_W}{name}" for name in ("t", "tab", "ptab", "br", "cr"))
_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_SPACE_ELEMENTS = tuple(f"{_TEXT}{name}" for name in ("s", "tab", "line-break"))
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_SKIPPED_ELEMENTS = (
    *(f"{_TEXT}{name}" for name in ("note", "p", "h", "script")),
    *(f"{_SVG}{name}" for name in ("title", "desc")),
    f"{_OFFICE}annotation",
)
_WORD = re.compile(r"[^\W_]+")
_MAX_SHOWN = 6
"""Words in a message."""


def find_lost_words(data: bytes, suffix: str, texts: Sequence[str], skipped: Collection[str] = ()) -> str:
    """Return some words that the document has more often than the texts; empty for damaged files.

    `skipped`: documents of an e-book that are left out.
    """
    try:
        document_words = list(_read_words(data, suffix, skipped))
    except (*DAMAGE, KeyError, IndexError, etree.XMLSyntaxError):
        return ""
    return find_missing_words(document_words, texts)


def find_missing_words(document_words: Sequence[str], texts: Sequence[str]) -> str:
    """Return some of the words that occur more often than in the texts, for a message."""
    expected = Counter(map(str.casefold, document_words))
    extra_words = []
    for word in map(str.casefold, split_words("\n".join(texts))):
        if expected[word] > 0:
            expected[word] -= 1
        else:
            extra_words.append(word)
    extra_text = "".join(extra_words)
    missing = []
    for word in document_words:
        if expected[word.casefold()] > 0:
            expected[word.casefold()] -= 1
            if word.casefold() not in extra_text:  # a word that formatting splits is not missing
                missing.append(word)
    shown = " ".join(missing[:_MAX_SHOWN])
    return f"{shown} … ({len(missing)} words)" if len(missing) > _MAX_SHOWN else shown


def split_words(text: str) -> list[str]:
    """Return the words of a text in NFKC: superscripts, subscripts and ligatures become plain characters."""
    return _WORD.findall(unicodedata.normalize("NFKC", text))


def _read_words(data: bytes, suffix: str, skipped: Collection[str]) -> Iterator[str]:
    """Yield the words of a document that a reader sees."""
    if suffix == ".docx":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                if re.fullmatch(r"word/(document|footnotes|endnotes)\d*\.xml", name):
                    root = parse_xml(archive.read(name).replace(*STRICT_TO_TRANSITIONAL))
                    for fallback in [f for f in root.iter(f"{_COMPATIBILITY}Fallback") if _is_repeated(f)]:
                        fallback.getparent().remove(fallback)
                    for paragraph in root.iter(f"{_W}p"):
                        runs = (_read_run(t) for t in paragraph.iter(*_RUN_ELEMENTS) if _is_in_paragraph(t, paragraph))
                        yield from split_words("".join(runs))
    elif suffix == ".odt":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            root = parse_xml(archive.read("content.xml"))
        for paragraph in root.iter(f"{_TEXT}p", f"{_TEXT}h"):
            if not any(True for _ in paragraph.iterancestors(f"{_TEXT}tracked-changes", f"{_OFFICE}annotation")):
                yield from split_words("".join(_collect_texts(paragraph)))
    elif suffix in {".html", ".htm", ".xhtml"}:
        yield from _read_page_words(data)
    elif suffix == ".epub":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in dict.fromkeys(_spine(archive)):
                if name not in skipped:
                    yield from _read_page_words(archive.read(name))
    elif suffix == ".fb2":
        for node in parse_xml(replace_named_characters(data)).xpath(
            f"//*[local-name()='body']//text()[not({_POINTERS})]"
        ):
            if not node.getparent().xpath(_NUMBER_OF_NOTE):
                yield from split_words(str(node))
    elif suffix == ".rtf":
        yield from _read_rtf_words(data)
    elif suffix == ".tex":
        yield from split_words(read_words(data.decode("utf-8", "replace")))


_NUMBER_OF_NOTE = (
    "ancestor::*[local-name()='title' and translate(normalize-space(.), '0123456789[]()*. ', '') = '']"
    "[ancestor::*[local-name()='body' and @name]]"
)
_POINTERS = (
    "ancestor::*[local-name()='a'][@*[name()='epub:type']='noteref' or @role='doc-noteref' or @type='note'"
    " or contains(@*[local-name()='href'], '#') and translate(., '0123456789[]()*↩ ', '') = '']"
)
"""Links from a text to a note, or back: numbers, which are rebuilt."""


def _read_page_words(data: bytes) -> Iterator[str]:
    root = html.fromstring(data, parser=html.HTMLParser(encoding="utf-8", huge_tree=True))
    menus = "ancestor::*[self::nav or ((@role='navigation' or @role='search') and not(self::body))]"
    # the signs of mathematics become commands of LaTeX
    skipped = f"ancestor::script or ancestor::style or ancestor::noscript or ancestor::math or {menus}"
    for node in root.xpath(f"//body//text()[not({skipped} or {_POINTERS})]"):
        yield from split_words(str(node))


def _spine(archive: zipfile.ZipFile) -> Iterator[str]:
    """Yield the paths of the documents of an EPUB's spine, in order, whether linear or not."""
    container = parse_xml(archive.read("META-INF/container.xml"))
    package = str(container.xpath("//*[local-name()='rootfile']/@full-path")[0])
    root = parse_xml(archive.read(package))
    items = {item.get("id"): item for item in root.iter("{*}item")}
    for reference in root.iter("{*}itemref"):
        item = items[reference.get("idref")]
        if "nav" not in item.get("properties", "").split() and "html" in item.get("media-type", ""):
            href = unquote(urldefrag(item.get("href", "")).url)
            yield posixpath.normpath(posixpath.join(posixpath.dirname(package), href))


def _read_rtf_words(data: bytes) -> Iterator[str]:
    from striprtf.striprtf import rtf_to_text

    text = data.decode("latin-1").replace("{\\field{", "{{")  # striprtf writes addresses into the text, slowly
    yield from split_words(rtf_to_text(text, errors="ignore"))  # type: ignore[no-untyped-call]


def _is_repeated(fallback: etree._Element) -> bool:
    """Return whether a fallback for old programs repeats words of the choice for new ones."""
    return any(
        next(c.iter(f"{_W}t"), None) is not None
        for c in fallback.itersiblings(f"{_COMPATIBILITY}Choice", preceding=True)
    )


def _read_run(node: etree._Element) -> str:
    """Return the text of a run: nothing if it is hidden, spaces around it if it is the reading of ruby."""
    run = node.getparent()
    if node.tag != f"{_W}t":
        return " "
    if run is not None and any(
        m.get(f"{_W}val") not in {"0", "false", "off"} for m in run.iterfind(f"{_W}rPr/{_W}vanish")
    ):
        return ""
    return f" {node.text} " if next(node.iterancestors(f"{_W}rt"), None) is not None else node.text or ""


def _is_in_paragraph(node: etree._Element, paragraph: etree._Element) -> bool:
    """Return whether a run belongs to this paragraph, not to one in a text box inside it, nor to deleted text."""
    for ancestor in node.iterancestors():
        if ancestor is paragraph:
            return True
        if ancestor.tag in {f"{_W}p", f"{_W}del", f"{_W}moveFrom"}:
            return False
    return False


def _collect_texts(paragraph: etree._Element) -> Iterator[str]:
    """Yield the pieces of text of a paragraph, without those of notes and paragraphs inside it."""
    yield paragraph.text or ""
    for child in paragraph:
        if child.tag in _SPACE_ELEMENTS:
            yield " "
        elif child.tag == f"{_TEXT}ruby-text":
            yield from (" ", *_collect_texts(child), " ")
        elif child.tag not in _SKIPPED_ELEMENTS:
            yield from _collect_texts(child)
        yield child.tail or ""
