"""CommonMark with footnotes, through markdown-it-py. Raw HTML is text, never markup."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

from bookbuild.book.readers import Parsed, RawNote, ReaderOptions
from bookbuild.book.readers.markdown.loss import described, lost, unmarked
from bookbuild.model.book import Block, Container, Kind
from bookbuild.model.characters import fold, is_control
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place
from bookbuild.model.inline import (
    CellEnd,
    Code,
    Emphasis,
    Image,
    Inline,
    LineBreak,
    Link,
    NoteReference,
    RowEnd,
    Strong,
    Text,
    plain,
)
from bookbuild.model.inlines import halved, tidy

SUFFIXES = (".md", ".markdown")

_DEEPEST = 40
"""Levels of emphasis in emphasis: more is a slip, and Python would run out of stack."""

_PIN = re.compile(r"<!--\s*=\s*([^\s<>]{1,40})\s*-->")
"""A comment that pins what follows to what follows the same comment in the other languages."""
_UNGIVEN = re.compile(r"\[\^[^\]\s]+\]")

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

LINK_SCHEMES = ("http", "https", "mailto")


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.footnote import footnote_plugin

    # html=False makes tags plain text. Typography is ours (typography.py), so smartquotes stay off.
    # maxNesting is 20 by default, and what lies deeper is dropped without a word.
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 100, "store_labels": True})
    parser.use(footnote_plugin, inline=False)
    parser.enable("table")
    # text_join would make an escaped [ look like a mark's
    parser.disable(["html_block", "html_inline", "text_join"])
    parser.validateLink = lambda url: url is not None  # type: ignore[method-assign]  # we report; it would drop silently
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]  # what was typed stays readable
    return parser


def read(text: str, path: str, options: ReaderOptions) -> Parsed:  # noqa: ARG001 - readers share one signature
    """Read blocks in order; lists and quotations become containers of their blocks."""
    given: dict[str, Any] = {}
    reading = _Reading(path)
    try:
        tokens = _parser().parse(text, given)
        reading.findings += unmarked(path, text, given)
        reading.findings += lost(path, text, tokens, given, {f.place.line for f in reading.findings})
        return reading.run(tokens)
    except RecursionError:
        message = "the text has marks nested too deeply to be read"
        raise SourceError([Finding("T007", Place(path, reading.line), message, "write it with fewer marks")]) from None


class _Reading:
    """One pass over the tokens of one file."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.containers: list[Container] = []
        self.blocks: list[Block] = []
        self.notes: list[RawNote] = []
        self.findings: list[Finding] = []
        self.ordinals: list[int | None] = []
        self.rows: list[list[tuple[Inline, ...]]] | None = None
        """Of the table that is being read."""
        self.line = 1
        self.pin = ""
        """The name of the pin that stands before the next block."""
        self.pins: set[str] = set()

    def run(self, tokens: Sequence[Token]) -> Parsed:
        body = self.blocks
        label = ""
        for token in tokens:
            if token.map:
                self.line = token.map[0] + 1
            match token.type:
                case "heading_open":
                    self.level, self.rows = int(token.tag[1]), None
                case "paragraph_open":
                    self.level, self.rows = 0, None
                case "table_open":
                    self.rows = []
                case "tr_open" if self.rows is not None:
                    self.rows.append([])
                case "table_close":
                    self._table()
                case "inline" if self.rows is not None:
                    self.rows[-1].append(tidy(self._inlines(iter(token.children or []))))
                case "inline" if not self._pinned(token):
                    self._leaf(token)
                case "code_block" | "fence":
                    self._add(Kind.CODE, (Code(token.content.rstrip("\n").expandtabs(4)),))
                case "hr":
                    self._add(Kind.BREAK, ())
                case "blockquote_open":
                    self.containers.append(Container("quote"))
                case "bullet_list_open":
                    self.ordinals.append(None)
                case "ordered_list_open":
                    self.ordinals.append(int(token.attrs.get("start", 1)))
                case "list_item_open":
                    self._open_item()
                case "list_item_close" | "blockquote_close":
                    self.containers.pop()
                case "bullet_list_close" | "ordered_list_close":
                    self.ordinals.pop()
                case "footnote_open":
                    label, self.blocks = str(token.meta["label"]), []
                case "footnote_close":
                    self.notes.append(RawNote(label, tuple(self.blocks)))
                case _:
                    pass
        if self.findings:
            raise SourceError(self.findings)
        return Parsed(tuple(body), tuple(self.notes))

    def _pinned(self, token: Token) -> bool:
        """Take a pin off the beginning of a paragraph; tells whether it was all of it."""
        match = _PIN.match(token.content)
        children = token.children or []
        if not match or not children or not _PIN.fullmatch(children[0].content.strip()):
            return False
        if match[1] in self.pins:
            self._report("T007", f"the pin {match[1]!r} stands here again", "give each pin a name of its own")
        self.pins.add(match[1])
        self.pin = match[1]
        del children[: 2 if len(children) > 1 and children[1].type in {"softbreak", "hardbreak"} else 1]
        return not children

    def _open_item(self) -> None:
        ordinal = self.ordinals[-1]
        if ordinal is None:
            self.containers.append(Container("bullet"))
        else:
            self.containers.append(Container("ordered", ordinal))
            self.ordinals[-1] = ordinal + 1

    def _add(self, kind: Kind, content: tuple[Inline, ...], level: int = 0) -> None:
        block = Block(kind, content, Place(self.path, self.line), level, tuple(self.containers), self.pin)
        self.blocks.append(block)
        self.pin = ""
        # later blocks of the same item or quotation continue it and bear no marker
        self.containers = [Container(c.kind, c.number, first=False) for c in self.containers]

    def _table(self) -> None:
        content: list[Inline] = []
        rows, self.rows = self.rows or [], None
        for cells in rows:
            content += [RowEnd()] if content else []
            for number, cell in enumerate(cells):
                content += [CellEnd()] if number else []
                content += cell
        self._add(Kind.TABLE, tuple(content))

    def _leaf(self, token: Token) -> None:
        children = token.children or []
        self.alone = all(t.type in {"image", "softbreak"} or not t.content.strip() for t in children)
        breaks = [t.type for t in children if t.type in {"softbreak", "hardbreak"}]
        content = tidy(self._inlines(iter(children)))
        if self.level:
            if not plain(content).strip():
                advice = "write its words, also beside a picture"
                self._report("T007", "a heading has no words, so that no contents can name it", advice)
            self._add(Kind.HEADING, content, self.level)
        elif content and all(isinstance(i, Image) or (isinstance(i, Text) and not i.text.strip()) for i in content):
            titles = [str(t.attrs.get("title") or "") for t in children if t.type == "image"]
            pictures = [image for image in content if isinstance(image, Image)]
            for image, title in zip(pictures, titles, strict=True):
                self._add(Kind.FIGURE, (image, *tidy([Text(self._clean(title))])))
        elif _is_verse(content, breaks):
            last = content[-1]
            if isinstance(last, Text) and last.text.endswith("\\"):  # the last line, marked like the others
                content = (*content[:-1], Text(last.text[:-1].rstrip()))
            self._add(Kind.VERSE, halved(content))
        else:
            self._add(Kind.PARAGRAPH, content)

    def _inlines(self, tokens: Iterator[Token], closing: str = "", depth: int = 0) -> list[Inline]:
        found: list[Inline] = []
        if depth == _DEEPEST:
            self._report("T007", "marks are nested too deeply", "write it with fewer marks")
        for token in tokens:
            match token.type:
                case _ if token.type == closing:
                    return found
                case "text_special":
                    found.append(Text(self._clean(token.content)))
                case "text":
                    if mark := _UNGIVEN.search(token.content):
                        self._report("T005", f"the note {mark[0]} is not given", f"add a paragraph {mark[0]}: …")
                    found.append(Text(self._clean(token.content)))
                case "softbreak":
                    found.append(Text("\n"))
                case "hardbreak":
                    found.append(LineBreak())
                case "code_inline":
                    found.append(Code(fold(token.content)))
                case "em_open":
                    found.append(Emphasis(tuple(self._inlines(tokens, "em_close", depth + 1))))
                case "strong_open":
                    found.append(Strong(tuple(self._inlines(tokens, "strong_close", depth + 1))))
                case "link_open":
                    href = str(token.attrs["href"])
                    children = tuple(self._inlines(tokens, "link_close", depth + 1))
                    found.append(Link(self._checked(href), children))
                case "image":
                    found.append(self._image(token))
                    if token.attrs.get("title") and not self.alone:
                        message = f"the title of the image {token.attrs['src']!r} would be shown nowhere"
                        advice = "write it into the text, or give the picture a paragraph of its own"
                        self._report("T007", message, advice)
                case "footnote_ref":
                    found.append(NoteReference(str(token.meta["label"])))
                case "footnote_anchor":
                    pass
                case _:
                    self._report("T007", f"{token.type!r} is not supported", "write it as plain text")
        return found

    def _clean(self, text: str) -> str:
        """Report control characters that came as entities, such as &#7;."""
        for char in sorted(set(text)):
            if is_control(char) or char == "\r":
                self._report("T002", f"an entity stands for the control character U+{ord(char):04X}", "delete it")
        return text

    def _checked(self, href: str) -> str:
        """Check a link's address, and escape in it what addresses must not have (RFC 3986, section 2)."""
        try:
            parts = urlsplit(href)
            sound = parts.scheme.lower() == "mailto" or (bool(parts.hostname) and parts.port != 0)
        except ValueError:
            self._report("T006", f"the link {href!r} is malformed", "write a full address, https://…")
            return href
        if parts.scheme.lower() not in LINK_SCHEMES or not sound or not (parts.netloc or parts.path):
            advice = f"write a full address that begins with {', '.join(LINK_SCHEMES)}"
            self._report("T006", f"the link {href!r} leads nowhere outside this folder", advice)
        if re.search(r"%(?![0-9A-Fa-f]{2})", href):
            self._report("T006", f"the link {href!r} has a % that stands for nothing", "write it as %25")
        return quote(href, safe="%:/?#[]@!$&'()*+,;=~-._" + "".join(c for c in href if not c.isascii()))

    def _image(self, token: Token) -> Image:
        source = unquote(str(token.attrs["src"]))
        alt = fold("".join(described(token.children or [])))
        try:
            absolute = bool(urlsplit(source).scheme) or source.startswith("//")
        except ValueError:
            absolute = True
        clean = posixpath.normpath(source)
        if absolute:
            self._report("I001", f"the image {source!r} is not in the book's folder", "copy it to images/ there")
        elif clean.startswith(("/", "..")) or "\\" in source or "\0" in source:
            self._report("P005", f"the image {source!r} lies outside the book's folder", "copy it to images/ there")
        return Image(clean, alt)

    def _report(self, code: str, message: str, advice: str) -> None:
        self.findings.append(Finding(code, Place(self.path, self.line), message, advice))


def _is_verse(content: tuple[Inline, ...], breaks: list[str]) -> bool:
    """Tell whether every line of a paragraph ends with a backslash; the last one need not, if there are others."""
    if breaks:
        return all(b == "hardbreak" for b in breaks)
    last = content[-1] if content else None
    return isinstance(last, Text) and last.text.endswith("\\")
