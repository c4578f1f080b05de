"""CommonMark with footnotes, through markdown-it-py. Raw HTML is text, never markup."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from bookbuild.errors import SourceError
from bookbuild.findings import Finding, Place
from bookbuild.model import (
    Block,
    Code,
    Container,
    Emphasis,
    Image,
    Inline,
    Kind,
    LineBreak,
    Link,
    NoteReference,
    Strong,
    Text,
    plain,
)
from bookbuild.readers import Parsed, RawNote, ReaderOptions
from bookbuild.source_text import fold

SUFFIXES = (".md", ".markdown")

_UNGIVEN = re.compile(r"\[\^[^\]\s]+\]")

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

LINK_SCHEMES = ("http", "https", "mailto")


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415 - a tenth of the start of a book of plain text
    from mdit_py_plugins.footnote import footnote_plugin  # noqa: PLC0415

    # html=False makes tags plain text. Typography is ours (typography.py), so smartquotes stay off.
    parser = MarkdownIt("commonmark", {"html": False}).use(footnote_plugin, inline=False)
    parser.disable(["html_block", "html_inline"])
    parser.validateLink = lambda url: url is not None  # type: ignore[method-assign]  # we report; it would drop silently
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]  # what was typed stays readable
    return parser


def read(text: str, path: str, options: ReaderOptions) -> Parsed:  # noqa: ARG001 - readers share one signature
    """Read blocks in order; lists and quotations become containers of their blocks."""
    given: dict[str, Any] = {}
    reading = _Reading(path)
    tokens = _parser().parse(text, given)
    reading.unmarked(text, given)
    return reading.run(tokens)


class _Reading:
    """One pass over the tokens of one file."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.containers: list[Container] = []
        self.blocks: list[Block] = []
        self.notes: list[RawNote] = []
        self.findings: list[Finding] = []
        self.ordinals: list[int | None] = []
        self.line = 1

    def run(self, tokens: Sequence[Token]) -> Parsed:
        body = self.blocks
        label = ""
        for token in tokens:
            if token.map:
                self.line = token.map[0] + 1
            match token.type:
                case "heading_open":
                    self.level = int(token.tag[1])
                case "paragraph_open":
                    self.level = 0
                case "inline":
                    self._leaf(token)
                case "code_block" | "fence":
                    self._add(Kind.CODE, (Code(token.content.rstrip("\n")),))
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

    def unmarked(self, text: str, given: dict[str, Any]) -> None:
        """Report notes without a mark, which the parser would drop without a word."""
        refs: dict[str, int] = given.get("footnotes", {}).get("refs", {})
        for key, number in refs.items():
            if number < 0:
                label = key.removeprefix(":")
                self.line = text[: max(text.find(f"[^{label}]:"), 0)].count("\n") + 1
                self._report("T005", f"the note [^{label}] is marked nowhere", "mark it in the text or delete it")

    def _open_item(self) -> None:
        ordinal = self.ordinals[-1]
        if ordinal is None:
            self.containers.append(Container("bullet"))
        else:
            self.containers.append(Container("ordered", ordinal))
            self.ordinals[-1] = ordinal + 1

    def _add(self, kind: Kind, content: tuple[Inline, ...], level: int = 0) -> None:
        self.blocks.append(Block(kind, content, Place(self.path, self.line), level, tuple(self.containers)))
        # later blocks of the same item or quotation continue it and bear no marker
        self.containers = [Container(c.kind, c.number, first=False) for c in self.containers]

    def _leaf(self, token: Token) -> None:
        children = token.children or []
        breaks = [t.type for t in children if t.type in {"softbreak", "hardbreak"}]
        content = _tidy(self._inlines(iter(children)))
        if self.level:
            self._add(Kind.HEADING, content, self.level)
        elif any(isinstance(i, Image) for i in content) and not plain(content).strip():
            for image in content:
                if isinstance(image, Image):
                    self._add(Kind.FIGURE, (image,))
        elif breaks and all(b == "hardbreak" for b in breaks):
            self._add(Kind.VERSE, content)
        else:
            self._add(Kind.PARAGRAPH, content)

    def _inlines(self, tokens: Iterator[Token], closing: str = "") -> list[Inline]:
        found: list[Inline] = []
        for token in tokens:
            match token.type:
                case _ if token.type == closing:
                    return found
                case "text" | "text_special":
                    if mark := _UNGIVEN.search(token.content):
                        self._report("T005", f"the note {mark[0]} is not given", f"add a paragraph {mark[0]}: …")
                    found.append(Text(token.content))
                case "softbreak":
                    found.append(Text(" "))
                case "hardbreak":
                    found.append(LineBreak())
                case "code_inline":
                    found.append(Code(fold(token.content)))
                case "em_open":
                    found.append(Emphasis(tuple(self._inlines(tokens, "em_close"))))
                case "strong_open":
                    found.append(Strong(tuple(self._inlines(tokens, "strong_close"))))
                case "link_open":
                    href = str(token.attrs["href"])
                    children = tuple(self._inlines(tokens, "link_close"))
                    found.append(Link(self._checked(href), children))
                case "image":
                    found.append(self._image(token))
                case "footnote_ref":
                    found.append(NoteReference(str(token.meta["label"])))
                case "footnote_anchor":
                    pass
                case _:
                    self._report("T007", f"{token.type!r} is not supported", "write it as plain text")
        return found

    def _checked(self, href: str) -> str:
        try:
            parts = urlsplit(href)
        except ValueError:
            self._report("T006", f"the link {href!r} is malformed", "write a full address, https://…")
            return href
        if parts.scheme.lower() not in LINK_SCHEMES or not (parts.netloc or parts.path):
            advice = f"write a full address that begins with {', '.join(LINK_SCHEMES)}"
            self._report("T006", f"the link {href!r} leads nowhere outside this folder", advice)
        return href

    def _image(self, token: Token) -> Image:
        source = unquote(str(token.attrs["src"]))
        clean = posixpath.normpath(source)
        if urlsplit(source).scheme or source.startswith("//"):
            self._report("I001", f"the image {source!r} is not in the book's folder", "copy it to images/ there")
        elif clean.startswith(("/", "..")) or "\\" in source or "\0" in source:
            self._report("P005", f"the image {source!r} lies outside the book's folder", "copy it to images/ there")
        return Image(clean, fold(token.content))

    def _report(self, code: str, message: str, advice: str) -> None:
        self.findings.append(Finding(code, Place(self.path, self.line), message, advice))


def _tidy(content: Sequence[Inline]) -> tuple[Inline, ...]:
    """Join neighbouring texts and fold white space over the whole block, also across markup."""
    joined: list[Inline] = []
    for inline in content:
        last = joined[-1] if joined else None
        if isinstance(inline, Text) and isinstance(last, Text):
            joined[-1] = Text(last.text + inline.text)
        else:
            joined.append(inline)
    return _Folding().block(joined)


class _Folding:
    """Folds white space; a space is dropped at the block's edges and beside another space or a line break."""

    def __init__(self) -> None:
        self.after_space = True

    def block(self, content: Sequence[Inline]) -> tuple[Inline, ...]:
        return _strip_end(self._fold(content))

    def _fold(self, content: Sequence[Inline]) -> tuple[Inline, ...]:
        out: list[Inline] = []
        for inline in content:
            match inline:
                case Text(text):
                    folded = fold(f"x{text}x")[1:-1]
                    if self.after_space:
                        folded = folded.lstrip(" ")
                    if folded:
                        self.after_space = folded.endswith(" ")
                        out.append(Text(folded))
                case LineBreak():
                    out = list(_strip_end(tuple(out)))
                    self.after_space = True
                    out.append(inline)
                case Emphasis(children):
                    out.append(Emphasis(self._fold(children)))
                case Strong(children):
                    out.append(Strong(self._fold(children)))
                case Link(href, children):
                    out.append(Link(href, self._fold(children)))
                case NoteReference():
                    out.append(inline)
                case _:
                    self.after_space = False
                    out.append(inline)
        return tuple(out)


def _strip_end(content: tuple[Inline, ...]) -> tuple[Inline, ...]:
    if content and isinstance(content[-1], Text):
        text = content[-1].text.rstrip(" ")
        return (*content[:-1], Text(text)) if text else content[:-1]
    return content
