"""Read the files of translators: TMX 1.4b, XLIFF 1.2 (also of Trados, memoQ, Phrase) and 2.0, PO."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from lxml import etree

from bookbuild.exchange.importing import ImportedPairs, ImportOptions, build_row, workbenches
from bookbuild.exchange.importing.codes import collect_sub_texts, convert_segment, convert_segment_part
from bookbuild.languages import names as language_names
from bookbuild.languages.tables import find_language
from bookbuild.model.book import Block, Kind, Language
from bookbuild.model.characters import LARGEST, decode_text
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place
from bookbuild.model.inline import Inline, Text, plain
from bookbuild.model.inlines import tidy_inlines
from bookbuild.work.optional import import_optional
from bookbuild.work.xml import drop_element

SUFFIXES = (".tmx", ".xliff", ".xlf", ".po", ".sdlxliff", ".mqxliff", ".mxliff")
_LANG_ATTRIBUTE = "{http://www.w3.org/XML/1998/namespace}lang"
_HEADING = re.compile(r"(?:x-)?heading[ -]([1-6])")


def read(path: Path, data: bytes, name: str, options: ImportOptions) -> ImportedPairs:
    """Return the pairs of a file: the languages that were asked for, else all of them in the order of the file.

    Raises SourceError if the file is damaged, or has fewer than two languages.
    """
    if path.suffix.lower() == ".po":
        return _read_po(data, name, options)
    root = _parse_xml(data, name)
    losses = Losses()
    kind = etree.QName(root).localname
    if kind == "tmx":
        rows = list(_read_tmx(root, losses))
    elif kind == "xliff":
        workbenches.normalize_xliff(root, name)
        rows = list(_read_xliff(root, options, losses))
    else:
        advice = "see whether it is the right file"
        raise SourceError([Finding("T009", Place(name), f"this is not a translation memory but <{kind}>", advice)])
    return _build_pairs(rows, name, options, losses)


class Losses(dict[str, list[str]]):
    """The texts that are left out, by what they are."""

    def add(self, what: str, texts: Iterable[str]) -> None:
        """Record texts that are left out."""
        self.setdefault(what, []).extend(text for text in texts if text.strip())

    def messages(self) -> Iterator[str]:
        """Yield one line per kind: its first text, and how many more there are."""
        for what, texts in self.items():
            if texts:
                more = f" and {len(texts) - 1} more" if len(texts) > 1 else ""
                yield f"{what}: “{texts[0][:60]}”{more}"


def _parse_xml(data: bytes, name: str) -> Any:
    """Return the root of an XML file; entities are not resolved, and no other file is opened."""
    if len(data) > 8 * LARGEST:
        raise SourceError([Finding("T004", Place(name), "the file is too large", "split it into several")])
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=True, remove_comments=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        line = error.lineno or None
        advice = "export it again from the program that made it"
        message = f"the file is damaged ({str(error.msg).rstrip('.')})"
        raise SourceError([Finding("T009", Place(name, line), message, advice)]) from None
    for node in root.iter(etree.Entity):  # its text would be missing silently
        message = f"the file refers to text elsewhere ({node.text})"
        advice = "export it again without entities"
        raise SourceError([Finding("T009", Place(name, node.sourceline), message, advice)])
    return root


_Row = tuple[str, dict[str, tuple[Inline, ...]]]
"""A unit: its kind, and its text by language."""


def _read_tmx(root: Any, losses: Losses) -> Iterator[_Row]:
    for unit in root.iter("{*}tu"):
        kind = next((p.text or "" for p in unit.findall("{*}prop") if p.get("type") == "x-kind"), "")
        texts: dict[str, tuple[Inline, ...]] = {}
        for variant in unit.findall("{*}tuv"):
            tag = _normalize_tag(variant.get(_LANG_ATTRIBUTE) or variant.get("lang") or "")
            segment = variant.find("{*}seg")
            if segment is None:  # some programs write the text without it
                segment = variant
                for described in variant.findall("{*}prop") + variant.findall("{*}note"):
                    drop_element(described)
            losses.add("texts inside codes", collect_sub_texts(segment))
            inlines = convert_segment(segment)
            if not tag:
                losses.add("texts without a language", [plain(inlines)])
            elif texts.setdefault(tag, inlines) != inlines:
                losses.add(f"second texts of {tag} in a unit", [plain(inlines)])
        yield kind, texts


def _normalize_tag(tag: str) -> str:
    """Return a language tag in the one spelling of BCP 47: en-US for en-us, EN-US and en_US."""
    return language_names.correct_tag(tag) or tag.replace("_", "-")


def _read_xliff(root: Any, options: ImportOptions, losses: Losses) -> Iterator[_Row]:
    space = f"{{{etree.QName(root).namespace}}}" if etree.QName(root).namespace else ""
    if root.get("version", "").startswith("2"):
        return _read_xliff_2(root, space, losses)
    return _read_xliff_1(root, space, options, losses)


def _read_xliff_2(root: Any, space: str, losses: Losses) -> Iterator[_Row]:
    source, target = _normalize_tag(root.get("srcLang", "")), _normalize_tag(root.get("trgLang", ""))
    for unit in root.iter(f"{space}unit"):
        texts: dict[str, list[Inline]] = {}
        for segment in unit.iter(f"{space}segment", f"{space}ignorable"):
            for side, tag in (("source", source), ("target", target)):
                element = segment.find(f"{space}{side}")
                if element is None and side == "target" and etree.QName(segment).localname == "ignorable":
                    texts.setdefault(tag, []).append(Text(" "))  # white space between segments
                if element is not None and tag:
                    losses.add("texts inside codes", collect_sub_texts(element))
                    texts.setdefault(tag, []).extend(convert_segment_part(element))
        yield unit.get("type", "").partition(":")[2], {tag: tidy_inlines(inlines) for tag, inlines in texts.items()}


def _read_xliff_1(root: Any, space: str, options: ImportOptions, losses: Losses) -> Iterator[_Row]:
    units: list[tuple[str, dict[str, tuple[Inline, ...]], set[str]]] = []
    """Kind, texts, and the target languages of the files that the texts are from."""
    places: dict[tuple[str, str, int], int] = {}
    for file in root.iter(f"{space}file"):
        source = _normalize_tag(file.get("source-language", ""))
        target = _normalize_tag(file.get("target-language", "") or "".join(options.languages[1:2]))
        counts: Counter[str] = Counter()  # ids may be missing or repeated
        for unit in file.iter(f"{space}trans-unit"):
            unit_texts: dict[str, tuple[Inline, ...]] = {}
            for side, tag in (("source", source), ("target", target)):
                element = unit.find(f"{space}{side}")
                if element is not None and tag:
                    losses.add("texts inside codes", collect_sub_texts(element))
                    own_tag = element.get(_LANG_ATTRIBUTE)
                    unit_texts.setdefault(_normalize_tag(own_tag) if own_tag else tag, convert_segment(element))
            identifier = unit.get("id") or unit.get("resname") or ""
            counts[identifier] += 1
            place = places.setdefault((file.get("original", ""), identifier, counts[identifier]), len(units))
            if place < len(units):
                _, texts, targets = units[place]
                if target not in targets and texts.get(source) == unit_texts.get(source):
                    texts |= unit_texts  # files of several targets repeat their source
                    targets.add(target)
                    continue
            units.append((unit.get("restype", ""), unit_texts, {target}))
    for kind, texts, _ in units:
        yield kind, texts


_CHARSET = re.compile(rb"^\"Content-Type:[^\n]*?charset=([\w.:-]+)", re.IGNORECASE | re.MULTILINE)


def _decode_catalogue(data: bytes, name: str) -> bytes:
    """Return a catalogue in UTF-8, whatever encoding its header names; or raise SourceError."""
    header = _CHARSET.search(data)
    encoding = header[1].decode("ascii") if header else ""
    try:
        codec = codecs.lookup(encoding).name if encoding.upper() not in {"", "CHARSET"} else "utf-8"
        text = data.decode(codec) if codec != "utf-8" else decode_text(data, name)
    except (LookupError, UnicodeDecodeError):
        message = f"the catalogue is not in the encoding that it declares ({encoding[:40]})"
        advice = "correct charset= in its header, or convert it with `msgconv --to-code=UTF-8`"
        raise SourceError([Finding("T001", Place(name), message, advice)]) from None
    utf8 = text.encode()
    return _CHARSET.sub(lambda match: match[0].removesuffix(match[1]) + b"UTF-8", utf8, count=1)


def _read_po(data: bytes, name: str, options: ImportOptions) -> ImportedPairs:
    """Return the pairs of a gettext catalogue; fuzzy entries have no target, obsolete and empty ones no row."""
    pypo = import_optional("translate.storage.pypo", "import", name)
    catalogue = _decode_catalogue(data, name)
    try:
        store = pypo.pofile.parsestring(catalogue)
    except Exception as error:  # noqa: BLE001 - a damaged file may raise anything in the library
        advice = "check it with msgfmt, which is part of gettext"
        message = f"the catalogue cannot be read ({type(error).__name__})"
        raise SourceError([Finding("T009", Place(name), message, advice)]) from None
    source, target = (*options.languages, "", "")[:2]
    target = target or _normalize_tag(store.gettargetlanguage() or "")
    rows: list[_Row] = []
    losses = Losses()
    for unit in store.units:
        if unit.isheader() or unit.isobsolete() or not str(unit.source).strip():
            continue
        translated = "" if unit.isfuzzy() else str(unit.target or "")
        if unit.isfuzzy():
            losses.add("translations that are marked as unsure (fuzzy)", [str(unit.target or "")])
        if unit.hasplural():
            losses.add("other plural forms", [*unit.source.strings[1:], *unit.target.strings[1:]])
        rows.append(("", {source or "en": (Text(str(unit.source)),), target or "und": (Text(translated),)}))
    return _build_pairs(rows, name, options, losses)


def _build_pairs(rows: Sequence[_Row], name: str, options: ImportOptions, losses: Losses) -> ImportedPairs:
    rows = _merge_regions(rows)
    tags = list(dict.fromkeys(tag for _, texts in rows for tag in texts))
    if options.languages:  # ar matches ar-SA too
        tags = [candidate for wanted in options.languages for candidate in tags if _is_match(candidate, wanted)]
    if len(tags) < 2:
        listing = ", ".join(tags) or "none"
        advice = "name the languages with --languages, for example ar,id"
        raise SourceError([Finding("T009", Place(name), f"the file has fewer than two languages ({listing})", advice)])
    block_rows = []
    structured = False
    for kind, texts in rows:
        heading = _HEADING.fullmatch(kind)
        structured = structured or bool(kind and (heading or "paragraph" in kind))
        structured = structured or any(not isinstance(i, Text) for content in texts.values() for i in content)
        row = tuple(_build_block(texts.get(tag, ()), int(heading[1]) if heading else 0) for tag in tags)
        if any(row):
            block_rows.append(row)
    if not block_rows:
        raise SourceError([Finding("T003", Place(name), "the file has no texts", "see whether it is the right one")])
    return ImportedPairs(
        tuple(tags), tuple(map(build_row, block_rows)), structured=structured, losses=tuple(losses.messages())
    )


def _merge_regions(rows: Sequence[_Row]) -> list[_Row]:
    """Merge languages that differ in region only, such as ar and ar-EG, under the more frequent tag.

    They stay apart if a unit has both.
    """
    counts = Counter(tag for _, texts in rows for tag in texts)
    names: dict[str, str] = {}
    for tag, _ in counts.most_common():
        described = find_language(tag)
        alike = (other for other in dict.fromkeys(names.values()) if _is_same_language(described, find_language(other)))
        names[tag] = next((o for o in alike if not any(o in texts and tag in texts for _, texts in rows)), tag)
    return [(kind, {names[tag]: content for tag, content in texts.items()}) for kind, texts in rows]


def _is_same_language(one: Language | None, other: Language | None) -> bool:
    if one is None or other is None:
        return False
    return (one.tag.split("-")[0], one.script) == (other.tag.split("-")[0], other.script)


def _is_match(tag: str, wanted: str) -> bool:
    return tag.lower() == wanted.lower() or tag.split("-", maxsplit=1)[0].lower() == wanted.lower()


def _build_block(content: tuple[Inline, ...], level: int) -> Block | None:
    inlines = tidy_inlines(content)
    if not inlines or not Block(Kind.PARAGRAPH, inlines, Place("")).text.strip():
        return None
    return Block(Kind.HEADING if level else Kind.PARAGRAPH, inlines, Place(""), level)
