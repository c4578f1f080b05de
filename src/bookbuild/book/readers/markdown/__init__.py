"""CommonMark with footnotes and tables, parsed by markdown-it-py: characters in, blocks out. Raw HTML is text."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

from bookbuild.book.readers import ParsedText, RawNote, ReaderOptions
from bookbuild.book.readers.markdown.kinds import LONGEST_HEADING, count_items, is_verse
from bookbuild.book.readers.markdown.loss import collect_description, report_lost_lines, report_unmarked_notes
from bookbuild.book.readers.markdown.parser import build_parser
from bookbuild.languages.equations import fold_source
from bookbuild.model.book import Block, Container, Kind
from bookbuild.model.characters import fold_spaces, is_control
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place
from bookbuild.model.inline import (
    CellEnd,
    Code,
    Emphasis,
    Equation,
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
from bookbuild.model.inlines import insert_caesuras, tidy_inlines

SUFFIXES = (".md", ".markdown")

_DEEPEST = 40
"""Levels of nested marks: more is a mistake, and Python would run out of stack."""

_PIN = re.compile(r"<!--\s*(?:=\s*([^\s<>]{1,40})\s*)?-->")
"""A comment that pins the next paragraph to the one after the same comment elsewhere; an empty one divides lists."""
_NOTE_MARK = re.compile(r"\[\^[^\]\s]+\]")

if TYPE_CHECKING:
    from markdown_it.token import Token

LINK_SCHEMES = ("http", "https", "mailto")


def read(text: str, path: str, options: ReaderOptions) -> ParsedText:  # noqa: ARG001 - readers share one signature
    """Read blocks in order; lists and quotations become containers of their blocks.

    Raises SourceError for what cannot be set or would be lost.
    """
    env: dict[str, Any] = {}
    builder = _TextBuilder(path)
    try:
        tokens = build_parser().parse(text, env)
        builder.findings += report_unmarked_notes(path, text, env)
        builder.findings += report_lost_lines(path, text, tokens, env, {f.place.line for f in builder.findings})
        return builder.build(tokens)
    except RecursionError:
        message = "the text has marks nested too deeply to be read"
        raise SourceError([Finding("T007", Place(path, builder.line), message, "write it with fewer marks")]) from None


class _TextBuilder:
    """Builds blocks in one pass over the tokens of a file."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.containers: list[Container] = []
        self.blocks: list[Block] = []
        self.notes: list[RawNote] = []
        self.findings: list[Finding] = []
        self.ordinals: list[tuple[int, int] | None] = []
        """Of each list around: the numbers of its next item and its last one."""
        self.rows: list[list[tuple[Inline, ...]]] | None = None
        """Cells of the table being read."""
        self.columns: list[str] = []
        self.line = self.table_line = 1
        self.pin = ""
        """The name of the pin before the next block."""
        self.pins: set[str] = set()

    def build(self, tokens: Sequence[Token]) -> ParsedText:
        body = self.blocks
        label = ""
        for position, token in enumerate(tokens):
            if token.map:
                self.line = token.map[0] + 1
            match token.type:
                case "heading_open":
                    self.level, self.rows = int(token.tag[1]), None
                case "paragraph_open":
                    self.level, self.rows = 0, None
                case "table_open":
                    self.rows, self.columns, self.table_line = [], [], self.line
                case "th_open":
                    self.columns.append(str(token.attrs.get("style", "")).removeprefix("text-align:"))
                case "tr_open" if self.rows is not None:
                    self.rows.append([])
                case "table_close":
                    self._add_table()
                case "inline" if self.rows is not None:
                    self.rows[-1].append(tidy_inlines(self._build_inlines(iter(token.children or []))))
                case "inline" if not self._take_pin(token):
                    self._add_leaf(token)
                case "code_block" | "fence":
                    self._add_code(token)
                case "hr":
                    self._add_block(Kind.BREAK, ())
                case "blockquote_open":
                    self.containers.append(Container("quote"))
                case "bullet_list_open":
                    self.ordinals.append(None)
                case "ordered_list_open":
                    start = int(token.attrs.get("start", 1))
                    self.ordinals.append((start, start + count_items(tokens[position:]) - 1))
                case "list_item_open":
                    self._open_item(token.markup)
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
        return ParsedText(tuple(body), tuple(self.notes))

    def _take_pin(self, token: Token) -> bool:
        """Remove a pin from the beginning of a paragraph; return whether nothing else is left."""
        match = _PIN.match(token.content)
        children = token.children or []
        if not match or not children or not _PIN.fullmatch(children[0].content.strip()):
            return False
        if match[1] and match[1] in self.pins:
            self._report("T007", f"the pin {match[1]!r} stands here again", "give each pin a name of its own")
        self.pins.add(match[1] or "")
        self.pin = match[1] or self.pin
        del children[: 2 if len(children) > 1 and children[1].type in {"softbreak", "hardbreak"} else 1]
        return not children

    def _open_item(self, delimiter: str) -> None:
        ordinals = self.ordinals[-1]
        if ordinals is None:
            self.containers.append(Container("bullet"))
        else:
            ordinal, last = ordinals
            self.containers.append(Container("ordered", ordinal, last=last, delimiter=delimiter))
            self.ordinals[-1] = ordinal + 1, last

    def _add_block(
        self, kind: Kind, content: tuple[Inline, ...], level: int = 0, columns: tuple[str, ...] = ()
    ) -> None:
        place = Place(self.path, self.line)
        self.blocks.append(Block(kind, content, place, level, tuple(self.containers), self.pin, columns))
        self.pin = ""
        # later blocks of the same item or quotation have no marker
        self.containers = [replace(c, first=False) for c in self.containers]

    def _add_code(self, token: Token) -> None:
        if token.info.strip() == "math" and token.content.strip():
            self._add_block(Kind.PARAGRAPH, (Equation(fold_source(token.content), display=True),))
        else:
            self._add_block(Kind.CODE, (Code(token.content.rstrip("\n").expandtabs(4)),))

    def _add_table(self) -> None:
        content: list[Inline] = []
        rows, self.rows = self.rows or [], None
        for cells in rows:
            content += [RowEnd()] if content else []
            for number, cell in enumerate(cells):
                content += [CellEnd()] if number else []
                content += cell
        self.line = self.table_line
        self._add_block(Kind.TABLE, tuple(content), columns=tuple(self.columns))

    def _add_leaf(self, token: Token) -> None:
        children = token.children or []
        self.alone = all(t.type in {"image", "softbreak"} or not t.content.strip() for t in children)
        breaks = [t.type for t in children if t.type in {"softbreak", "hardbreak"}]
        content = tidy_inlines(self._build_inlines(iter(children)))
        if self.level:
            if not plain(content).strip():
                advice = "write its text, also beside a picture"
                self._report("T007", "a heading has no text for the table of contents", advice)
            if len(plain(content)) > LONGEST_HEADING:
                self._report("T007", f"a heading has more than {LONGEST_HEADING} characters", "make it a paragraph")
            self._add_block(Kind.HEADING, content, self.level)
        elif content and all(isinstance(i, Image) or (isinstance(i, Text) and not i.text.strip()) for i in content):
            titles = [str(t.attrs.get("title") or "") for t in children if t.type == "image"]
            pictures = [image for image in content if isinstance(image, Image)]
            for image, title in zip(pictures, titles, strict=True):
                self._add_block(Kind.FIGURE, (image, *tidy_inlines([Text(self._check_characters(title))])))
        elif is_verse(content, breaks):
            last = content[-1]
            if isinstance(last, Text) and last.text.endswith("\\"):  # the last line, marked like the others
                content = (*content[:-1], Text(last.text[:-1].rstrip()))
            self._add_block(Kind.VERSE, insert_caesuras(content))
        else:
            self._add_block(Kind.PARAGRAPH, content)

    def _build_inlines(self, tokens: Iterator[Token], closing: str = "", depth: int = 0) -> list[Inline]:
        inlines: list[Inline] = []
        if depth == _DEEPEST:
            self._report("T007", "marks are nested too deeply", "write it with fewer marks")
        for token in tokens:
            match token.type:
                case _ if token.type == closing:
                    return inlines
                case "text_special":
                    inlines.append(Text(self._check_characters(token.content)))
                case "text":
                    if mark := _NOTE_MARK.search(token.content):
                        self._report("T005", f"the note {mark[0]} is not defined", f"add a paragraph {mark[0]}: …")
                    inlines.append(Text(self._check_characters(token.content)))
                case "softbreak":
                    inlines.append(Text("\n"))
                case "hardbreak":
                    inlines.append(LineBreak())
                case "code_inline":
                    inlines.append(Code(fold_spaces(token.content)))
                case "equation":
                    inlines.append(Equation(fold_source(token.content), display=token.markup == "$$"))
                case "em_open":
                    inlines.append(Emphasis(tuple(self._build_inlines(tokens, "em_close", depth + 1))))
                case "strong_open":
                    inlines.append(Strong(tuple(self._build_inlines(tokens, "strong_close", depth + 1))))
                case "link_open":
                    href = str(token.attrs["href"])
                    children = tuple(self._build_inlines(tokens, "link_close", depth + 1))
                    inlines.append(Link(self._check_link(href), children))
                case "image":
                    inlines.append(self._build_image(token))
                    if token.attrs.get("title") and not self.alone:
                        message = f"the title of the image {token.attrs['src']!r} would not be shown"
                        advice = "write it into the text, or give the picture a paragraph of its own"
                        self._report("T007", message, advice)
                case "footnote_ref":
                    inlines.append(NoteReference(str(token.meta["label"])))
                case "footnote_anchor":
                    pass
                case _:
                    self._report("T007", f"{token.type!r} is not supported", "write it as plain text")
        return inlines

    def _check_characters(self, text: str) -> str:
        """Report control characters written as entities, such as &#7;; return the text."""
        for char in sorted(set(text)):
            if is_control(char) or char == "\r":
                self._report("T002", f"an entity stands for the control character U+{ord(char):04X}", "delete it")
        return text

    def _check_link(self, href: str) -> str:
        """Check a link's address, and return it with the characters escaped that URIs exclude (RFC 3986, section 2)."""
        try:
            parts = urlsplit(href)
            is_complete = parts.scheme.lower() == "mailto" or (bool(parts.hostname) and parts.port != 0)
        except ValueError:
            self._report("T006", f"the link {href!r} is malformed", "write a full address, https://…")
            return href
        if parts.scheme.lower() not in LINK_SCHEMES or not is_complete or not (parts.netloc or parts.path):
            advice = f"write a full address that begins with {', '.join(LINK_SCHEMES)}"
            self._report("T006", f"the link {href!r} is not a web or mail address", advice)
        if re.search(r"%(?![0-9A-Fa-f]{2})", href):
            self._report("T006", f"the link {href!r} has a % that begins no escape", "write it as %25")
        return quote(href, safe="%:/?#[]@!$&'()*+,;=~-._" + "".join(c for c in href if not c.isascii()))

    def _build_image(self, token: Token) -> Image:
        source = unquote(str(token.attrs["src"]))
        alt = fold_spaces("".join(collect_description(token.children or [])))
        try:
            absolute = bool(urlsplit(source).scheme) or source.startswith("//")
        except ValueError:
            absolute = True
        path = posixpath.normpath(source)
        if absolute:
            self._report("I001", f"the image {source[:80]!r} is not in the book's folder", "copy it to images/ there")
        elif path.startswith(("/", "..")) or "\\" in source or "\0" in source:
            self._report("P005", f"the image {source!r} lies outside the book's folder", "copy it to images/ there")
        return Image(path, alt)

    def _report(self, code: str, message: str, advice: str) -> None:
        self.findings.append(Finding(code, Place(self.path, self.line), message, advice))
