"""Translation memories and translators' files: TMX 1.4b, XLIFF 1.2 (also of Trados, memoQ, Phrase) and 2.0, PO."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from lxml import etree

from bookbuild.exchange.importing import Asked, Pairs, workbenches
from bookbuild.exchange.importing.codes import content, pieces, sub_texts
from bookbuild.languages.tables import language
from bookbuild.model.book import Block, Kind, Language
from bookbuild.model.characters import LARGEST, decode
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place
from bookbuild.model.inline import Inline, Text, plain
from bookbuild.model.inlines import tidy
from bookbuild.work.optional import needed

SUFFIXES = (".tmx", ".xliff", ".xlf", ".po", ".sdlxliff", ".mqxliff", ".mxliff")
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_KIND = re.compile(r"(?:x-)?heading[ -]([1-6])")


def read(path: Path, data: bytes, name: str, asked: Asked) -> Pairs:
    """Read a memory: all its languages, in the order of the file.

    Raises SourceError if it is damaged, or has fewer than two languages.
    """
    if path.suffix.lower() == ".po":
        return _po(data, name, asked)
    root = _root(data, name)
    losses = Losses()
    kind = etree.QName(root).localname
    if kind == "tmx":
        rows = list(_tmx(root, losses))
    elif kind == "xliff":
        workbenches.prepare(root, name)
        rows = list(_xliff(root, asked, losses))
    else:
        advice = "see whether it is the right file"
        raise SourceError([Finding("T009", Place(name), f"this is no translation memory, but <{kind}>", advice)])
    return _pairs(rows, name, asked, losses)


class Losses(dict[str, list[str]]):
    """What was left out: what it is, and the texts."""

    def add(self, what: str, texts: Iterable[str]) -> None:
        """Note texts that are left out."""
        self.setdefault(what, []).extend(text for text in texts if text.strip())

    def told(self) -> Iterator[str]:
        """Give a line a kind."""
        for what, texts in self.items():
            if texts:
                more = f" and {len(texts) - 1} more" if len(texts) > 1 else ""
                yield f"{what}: “{texts[0][:60]}”{more}"


def _root(data: bytes, name: str) -> Any:
    """Parse XML without looking at anything else: entities of the file's own stay unresolved."""
    if len(data) > 8 * LARGEST:
        raise SourceError([Finding("T004", Place(name), "the file is too large", "split it into several")])
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=True, remove_comments=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        line = error.lineno or None
        advice = "export it anew from the program that made it"
        message = f"the file is damaged ({str(error.msg).rstrip('.')})"
        raise SourceError([Finding("T009", Place(name, line), message, advice)]) from None
    for node in root.iter(etree.Entity):  # its text stands elsewhere, and would be missing without a word
        message = f"the file takes a piece of text from elsewhere ({node.text})"
        advice = "export it anew without entities"
        raise SourceError([Finding("T009", Place(name, node.sourceline), message, advice)])
    return root


_Row = tuple[str, dict[str, tuple[Inline, ...]]]
"""A unit: its kind, and language to text."""


def _tmx(root: Any, losses: Losses) -> Iterator[_Row]:
    for unit in root.iter("tu"):
        kind = next((p.text or "" for p in unit.findall("prop") if p.get("type") == "x-kind"), "")
        texts: dict[str, tuple[Inline, ...]] = {}
        for variant in unit.findall("tuv"):
            tag = variant.get(_LANG) or variant.get("lang") or ""
            segment = variant.find("seg")
            if segment is not None and tag:
                losses.add("texts inside of codes", sub_texts(segment))
                found = content(segment)
                if tag in texts and texts[tag] != found:
                    losses.add(f"second texts of {tag} in a unit", [plain(found)])
                texts.setdefault(tag, found)
        yield kind, texts


def _xliff(root: Any, asked: Asked, losses: Losses) -> Iterator[_Row]:
    version = root.get("version", "")
    space = f"{{{etree.QName(root).namespace}}}" if etree.QName(root).namespace else ""
    if version.startswith("2"):
        source, target = root.get("srcLang", ""), root.get("trgLang", "")
        for unit in root.iter(f"{space}unit"):
            texts: dict[str, list[Inline]] = {}
            for segment in unit.iter(f"{space}segment", f"{space}ignorable"):
                for side, tag in (("source", source), ("target", target)):
                    element = segment.find(f"{space}{side}")
                    if element is None and side == "target" and etree.QName(segment).localname == "ignorable":
                        texts.setdefault(tag, []).append(Text(" "))  # white space between segments
                    if element is not None and tag:
                        losses.add("texts inside of codes", sub_texts(element))
                        texts.setdefault(tag, []).extend(pieces(element))
            yield unit.get("type", "").partition(":")[2], {tag: tidy(found) for tag, found in texts.items()}
        return
    merged: dict[str, _Row] = {}  # files of several targets repeat their source
    for number, file in enumerate(root.iter(f"{space}file")):
        source, target = file.get("source-language", ""), file.get("target-language", "")
        if not target and len(asked.languages) > 1:
            target = asked.languages[1]
        base = file.get("original", str(number))
        for unit in file.iter(f"{space}trans-unit"):
            key = f"{base} {unit.get('id')}"
            kind, known = merged.get(key, (unit.get("restype", ""), {}))
            for side, tag in (("source", source), ("target", target)):
                element = unit.find(f"{space}{side}")
                if element is not None and tag:
                    losses.add("texts inside of codes", sub_texts(element))
                    known.setdefault(element.get(_LANG) or tag, content(element))
            merged[key] = (kind, known)
    yield from merged.values()


def _po(data: bytes, name: str, asked: Asked) -> Pairs:
    """Read a gettext catalogue: msgid is the source; fuzzy, obsolete and untranslated entries have no target."""
    pypo = needed("translate.storage.pypo", "import", name)
    decode(data, name)  # a clear error where it is no UTF-8
    try:
        store = pypo.pofile.parsestring(data)
    except Exception as error:  # noqa: BLE001 - whatever a damaged file makes of the library
        advice = "check it with msgfmt, which is part of gettext"
        message = f"the catalogue cannot be read ({type(error).__name__})"
        raise SourceError([Finding("T009", Place(name), message, advice)]) from None
    source, target = (*asked.languages, "", "")[:2]
    target = target or (store.gettargetlanguage() or "").replace("_", "-")
    rows: list[_Row] = []
    losses = Losses()
    for unit in store.units:
        if unit.isheader() or unit.isobsolete() or not str(unit.source).strip():
            continue
        translated = "" if unit.isfuzzy() else str(unit.target or "")
        if unit.isfuzzy():
            losses.add("translations that are marked as unsure (fuzzy)", [str(unit.target or "")])
        if unit.hasplural():
            losses.add("other forms of the plural", [*unit.source.strings[1:], *unit.target.strings[1:]])
        rows.append(("", {source or "en": (Text(str(unit.source)),), target or "und": (Text(translated),)}))
    return _pairs(rows, name, asked, losses)


def _pairs(rows: Sequence[_Row], name: str, asked: Asked, losses: Losses) -> Pairs:
    rows = _of_one_region(rows)
    tags = list(dict.fromkeys(tag for _, texts in rows for tag in texts))
    if asked.languages:  # ar stands for ar-SA too
        tags = [found for wanted in asked.languages for found in tags if _means(found, wanted)]
    if len(tags) < 2:
        said = ", ".join(tags) or "none"
        advice = "name the languages with --languages, for example ar,id"
        raise SourceError([Finding("T009", Place(name), f"the file has fewer than two languages ({said})", advice)])
    made = []
    structured = False
    for kind, texts in rows:
        heading = _KIND.fullmatch(kind)
        structured = structured or bool(kind and (heading or "paragraph" in kind))
        structured = structured or any(not isinstance(i, Text) for content in texts.values() for i in content)
        row = tuple(_block(texts.get(tag, ()), int(heading[1]) if heading else 0) for tag in tags)
        if any(row):
            made.append(row)
    if not made:
        raise SourceError([Finding("T003", Place(name), "the file has no texts", "see whether it is the right one")])
    return Pairs(tuple(tags), tuple(made), structured, tuple(losses.told()))


def _of_one_region(rows: Sequence[_Row]) -> list[_Row]:
    """Take ar and ar-EG for one language where no unit has both, by the name that is used most."""
    counts = Counter(tag for _, texts in rows for tag in texts)
    names: dict[str, str] = {}
    for tag, _ in counts.most_common():
        known = language(tag)
        alike = (other for other in dict.fromkeys(names.values()) if _alike(known, language(other)))
        names[tag] = next((o for o in alike if not any(o in texts and tag in texts for _, texts in rows)), tag)
    return [(kind, {names[tag]: content for tag, content in texts.items()}) for kind, texts in rows]


def _alike(one: Language | None, other: Language | None) -> bool:
    if one is None or other is None:
        return False
    return (one.tag.split("-")[0], one.script) == (other.tag.split("-")[0], other.script)


def _means(found: str, wanted: str) -> bool:
    return found.lower() == wanted.lower() or found.split("-", maxsplit=1)[0].lower() == wanted.lower()


def _block(content: tuple[Inline, ...], level: int) -> Block | None:
    found = tidy(content)
    if not found or not Block(Kind.PARAGRAPH, found, Place("")).text.strip():
        return None
    return Block(Kind.HEADING if level else Kind.PARAGRAPH, found, Place(""), level)
