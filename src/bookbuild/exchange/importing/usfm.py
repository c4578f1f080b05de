"""Read USFM, the format of Bible translators (Paratext): a paragraph per verse, with its number as a pin.

Markers: https://docs.usfm.bible
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bookbuild.book.readers import RawNote
from bookbuild.exchange.importing import ImportedText, ImportOptions
from bookbuild.model.book import Block, Kind
from bookbuild.model.characters import decode_text
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place
from bookbuild.model.inline import Emphasis, Inline, LineBreak, NoteReference, Strong, Text
from bookbuild.model.inlines import tidy_inlines

SUFFIXES = (".usfm", ".sfm")

_MARKER = re.compile(r"\\\+?([a-z]*)(\d*)(-[se])?(\*|[ \t\n]|(?=[\\|])|$)")
_NUMBER = re.compile(r"\s*([\w\-–,\u200f]+)\s*")
_ATTRIBUTES = re.compile(r"\|[^\\]*$")
_HIDDEN = frozenset({"id", "usfm", "ide", "sts", "rem", "h", "toc", "toca", "ca", "va", "vp", "pb", "cat"})
"""Markers whose text is not printed, or repeats what is."""
_MILESTONE = "milestone"
_HEADINGS = {"mt": 1, "mte": 1, "imt": 2, "ms": 2, "is": 3, "s": 3, "sd": 3}
"""Headings by marker, and their level; the chapters are on level 2."""
_POETRY = frozenset({"q", "qr", "qc", "qm", "qd"})
_NOTES = frozenset({"f", "fe", "ef"})
_REFERENCES = frozenset({"x", "ex"})
_STRONG, _EMPHASIS = frozenset({"bd"}), frozenset({"it", "em"})
_IN_NOTES = re.compile(r"[fx](?:[rtkqlwpvdmon]|qa|dc|op|ta|ot|nt)")
"""Markers in notes and cross references, which need no end."""
_CELLS = re.compile(r"t[hc][rc]?")


def read(path: Path, data: bytes, name: str, options: ImportOptions) -> ImportedText:  # noqa: ARG001 - importers share one signature
    """Return the verses, headings and notes of a file.

    Raises SourceError if the file is not UTF-8, or has no markers.
    """
    text = decode_text(data, name)
    if not re.search(r"\\(?:id|c|v|p|mt\d?) ", text):
        advice = "see whether it is a USFM file, which begins with \\id"
        raise SourceError([Finding("T009", Place(name), "the file has no USFM markers", advice)])
    reader = _Reader(frozenset(re.findall(r"\\\+?([a-z]+)\d*\*", text)))
    for event in _find_events(text):
        reader.take(*event)
    reader.end_block()
    if not reader.blocks:
        raise SourceError([Finding("T003", Place(name), "the file has no text", "see whether it is the right one")])
    losses = [f"{count} {what}{'s'[: count > 1]}" for what, count in reader.losses.items() if count]
    return ImportedText(tuple(reader.blocks), tuple(reader.notes), losses=tuple(losses), structured=True)


def _find_events(text: str) -> Iterator[tuple[str, str, bool, str]]:
    """Yield each marker: its name, its digits, whether it ends something, and the text after it."""
    found = list(_MARKER.finditer(text))
    yield "", "", False, text[: found[0].start()] if found else text
    for match, after in zip(found, [*found[1:], None], strict=True):
        rest = text[match.end() : after.start() if after else len(text)]
        yield _MILESTONE if match[3] and match[4] != "*" else match[1], match[2], match[4] == "*", rest


class _Reader:
    """Collects the blocks of a file."""

    def __init__(self, inline: frozenset[str]) -> None:
        """Read a file in which the markers `inline` are ended: they stand within paragraphs."""
        self.inline = inline
        self.blocks: list[Block] = []
        self.notes: list[RawNote] = []
        self.pins: set[str] = set()
        self.losses: Counter[str] = Counter()
        self.content: list[Inline] = []
        self.kind, self.level, self.pin = Kind.PARAGRAPH, 0, ""
        self.chapter = self.label = ""
        self.note: list[str] | None = None
        """Words of the note that is open."""
        self.is_reference = False
        """Whether that is a cross reference, which is left out."""
        self.hidden = ""
        """The marker of text that is not printed."""
        self.style = ""
        """The marker of bold or italics that is open."""

    def take(self, name: str, digits: str, is_end: bool, text: str) -> None:
        """Take a marker and the text after it."""
        if is_end:
            self._end_style(name)
            self._add_text(text)
        elif name in _NOTES | _REFERENCES:
            self._end_note()
            self.note, self.is_reference = [], name in _REFERENCES
            self.losses["cross reference"] += self.is_reference
            self._add_text(re.sub(r"^\s*\S\s*", "", text, count=1))  # the caller
        elif name in {"fig", _MILESTONE}:
            self.losses["picture"] += name == "fig"
            self.hidden = name
        elif name in _STRONG | _EMPHASIS:
            self.style = name
            self._add_text(text)
        elif name in _HIDDEN or (name.startswith("z") and name not in self.inline):
            self.losses["remark"] += bool(text.strip()) and (name == "rem" or name[0] == "z")
            self._hide(name)
        elif name in self.inline or _IN_NOTES.fullmatch(name):
            self._add_text(text)
        elif _CELLS.fullmatch(name):
            self._add_text(f" {text}")
        elif name == "v":
            self._begin_verse(text)
        elif name == "c":
            self._begin_chapter(text)
        elif name == "cl":
            self._label_chapter(text)
        elif name in _HEADINGS:
            self._begin(Kind.HEADING, min(6, _HEADINGS[name] + max(0, int(digits or 1) - 1)))
            self._add_text(text)
        elif name in _POETRY:
            self._begin_line(text)
        else:  # another kind of paragraph, which goes on with a verse that has begun
            if not self.pin or self.kind is Kind.HEADING:
                self._begin(Kind.PARAGRAPH)
            self._add_text(f" {text}")

    def _hide(self, name: str) -> None:
        """Leave out what follows; unless it stands within a paragraph, that is ended."""
        if name not in self.inline:
            self._begin(Kind.PARAGRAPH)
        self.hidden = name

    def _begin(self, kind: Kind, level: int = 0) -> None:
        self.end_block()
        self.kind, self.level = kind, level

    def end_block(self) -> None:
        """End the paragraph, heading or verse that has begun, with a note that was not ended."""
        self._end_note()
        self.losses["unended milestone"] += self.hidden == _MILESTONE
        content = tidy_inlines(self.content)
        while content and isinstance(content[-1], LineBreak):
            content = content[:-1]
        if content:
            kind = self.kind
            if kind is Kind.PARAGRAPH and any(isinstance(i, LineBreak) for i in content):
                kind = Kind.VERSE
            self.blocks.append(Block(kind, content, Place(""), self.level, pin=self.pin))
        self.content, self.kind, self.level, self.pin = [], Kind.PARAGRAPH, 0, ""
        self.hidden = self.style = ""

    def _begin_verse(self, text: str) -> None:
        match = _NUMBER.match(text)
        number, rest = (match[1], text[match.end() :]) if match else ("", text)
        self._begin(Kind.PARAGRAPH)
        first = re.match(r"\d+", number)
        pin = f"{self.chapter}:{first[0]}" if first and self.chapter else ""
        self.pin = "" if pin in self.pins else pin  # a verse may go on in another paragraph
        self.pins.add(pin)
        self._add_text(f"{number} {rest}")

    def _begin_chapter(self, text: str) -> None:
        match = _NUMBER.match(text)
        self.chapter = match[1] if match else ""
        self._begin(Kind.HEADING, 2)
        self._add_text(f"{self.label} {self.chapter}".strip())
        self._begin(Kind.PARAGRAPH)
        self._add_text(text[match.end() :] if match else text)

    def _label_chapter(self, text: str) -> None:
        """Take a word for "chapter": of all of them before the first, else of this one."""
        words = " ".join(text.split())
        if self.chapter and self.blocks and self.blocks[-1].text == self.chapter:
            self.blocks.pop()
            self._begin(Kind.HEADING, 2)
            self._add_text(words)
        else:
            self.label = words

    def _begin_line(self, text: str) -> None:
        """Begin a line of poetry: within a verse, or before the first."""
        if self.content and self.kind is Kind.PARAGRAPH:
            self.content.append(LineBreak())
        elif self.kind is Kind.HEADING:
            self._begin(Kind.PARAGRAPH)
        self._add_text(text)

    def _end_style(self, name: str) -> None:
        if name == self.hidden or (not name and self.hidden == _MILESTONE):
            self.hidden = ""
        if name == self.style:
            self.style = ""
        if name in _NOTES | _REFERENCES:
            self._end_note()

    def _end_note(self) -> None:
        words = " ".join("".join(self.note or ()).split())
        self.note = None
        if words and not self.is_reference:
            label = str(len(self.notes) + 1)
            self.notes.append(RawNote(label, (Block(Kind.PARAGRAPH, (Text(words),), Place("")),)))
            self.content.append(NoteReference(label))

    def _add_text(self, text: str) -> None:
        text = _ATTRIBUTES.sub("", text).replace("~", "\u00a0").replace("//", " ")
        if self.hidden or not text:
            return
        if self.note is not None:
            self.note.append(text)
            return
        words = Text(re.sub(r"[ \t\r\n]+", " ", text))
        wrapper = Strong if self.style in _STRONG else Emphasis if self.style in _EMPHASIS else None
        self.content.append(wrapper((words,)) if wrapper and words.text.strip() else words)
