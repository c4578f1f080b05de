"""A rich text (RTF 1.0 to 1.9) as a web page. Pure.

Pandoc 3.9 reads rich text too, but drops notes, sets lists of LibreOffice before what precedes them, and knows neither
the headings of styles nor quotations.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64encode
from copy import copy

from lxml import html

from bookbuild.exchange.importing.packages import LISTS, Ready
from bookbuild.exchange.importing.rich_page import Flow, Run, Shape, Style, page
from bookbuild.exchange.importing.rich_state import IGNORED, LETTERS, SIGNS, Encodings, State
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place

_TOKEN = re.compile(
    rb"\\(?:(?P<word>[a-zA-Z]{1,32})(?P<value>-?\d{1,10})? ?|'(?P<hex>[0-9a-fA-F]{2})|(?P<sign>[\s\S]))"
    rb"|(?P<brace>[{}])|(?P<end>[\r\n\0]+|\\\Z)|(?P<text>[^\\{}\r\n\0]+)"
)
_TURNS = {
    "fonttbl": "fonts", "stylesheet": "styles", "shpinst": "shape", "do": "shape", "picprop": "shape",
    "fldinst": "fldinst", "listtext": "listtext", "pntext": "listtext", "pict": "pict", "sn": "sn", "sv": "sv",
    "footnote": "footnote", "shptxt": "box", "dptxbxtext": "box", "shppict": "", "ud": "",
}  # fmt: skip
"""Destinations that are read, also where a star says that they may be left out; the rest of those is."""
_COLLECTED = frozenset({"fldinst", "listtext", "pict", "sn", "sv", "unread"})
_PICTURES = {"pngblip": "png", "jpegblip": "jpeg", "emfblip": "emf", "wmetafile": "wmf", "macpict": "pict"}
_LINK = re.compile(r"""\s*HYPERLINK\s+(?:\\[mnt]\s+)*(?:"([^"]+)"|([^\s\\"]\S*))(?:.*?\\l\s+"([^"]+)")?""")
_ANEW = re.compile(r"\s*(TOC|INDEX)\b")
_DEEPEST = 5_000


def read(data: bytes, name: str) -> Ready:
    """Read a rich text; gives a page in UTF-8.

    Raises SourceError if it is none, or nested too deeply.
    """
    if not re.match(rb"(?:\xef\xbb\xbf)?\s*\{\s*\\rtf", data):
        advice = "see whether it is the right file, or save it anew as .docx"
        raise SourceError([Finding("T009", Place(name), "this is no rich text", advice)])
    reading = _Reading()
    try:
        whole = reading.run(data.removeprefix(b"\xef\xbb\xbf"))
    except RecursionError:
        message = "the document is nested too deeply to be read"
        raise SourceError([Finding("T009", Place(name), message, "save it in a simpler form")]) from None
    made = Ready(page(reading.body, reading.notes), reading.left_out)
    for kind, texts in reading.lists.items():
        made.leave_out(LISTS[kind], texts)
    made.tell("hidden text", reading.hidden)
    made.left_out += reading.hidden
    made.tell_comments(reading.comments)
    if not whole:
        made.losses.append("what came after its end: the file is cut off")
    return made


class _Reading:
    """One pass over a file."""

    def __init__(self) -> None:
        self.state = State()
        self.stack: list[tuple[State, str]] = []
        """The states outside, and what the group is that is open in each."""
        self.body = html.Element("div")
        self.notes: list[html.HtmlElement] = []
        self.left_out: list[str] = []
        self.hidden: list[str] = []
        self.lists: dict[str, list[str]] = {kind: [] for kind in LISTS}
        """The lines of tables of contents and indexes."""
        self.comments = 0
        self.flows = [Flow(self.body, left_out=self.left_out)]
        self.kept: list[list[str]] = []
        """Letters that are collected, a list a group."""
        self.named: list[str] = []
        """Letters of the name of a style."""
        self.encodings = Encodings()
        self.styles: dict[int, Style] = {}
        self.merged: list[bool] = []
        self.merging = self.header = self.starred = False
        self.skip = 0
        self.property = self.alternative = self.picture = ""
        self.pictures = 0

    def run(self, data: bytes) -> bool:
        """Read it all; tells whether it had its end."""
        at = 0
        while match := _TOKEN.match(data, at):
            at = match.end()
            if match["text"] or match["hex"]:
                self._bytes(match["text"] or bytes([int(match["hex"], 16)]))
            elif match["brace"] == b"{":
                self._opens()
            elif match["brace"]:
                if self.stack:
                    self._closes()
                if not self.stack:
                    break
            elif match["word"]:
                value = int(match["value"]) if match["value"] else None
                if match["word"] == b"bin":
                    at += min(max(0, value or 0), len(data))
                    if self.state.into == "pict":
                        self.kept[-1].append(data[match.end() : at].hex())
                else:
                    self._word(match["word"].decode("ascii"), value)
            elif match["sign"]:
                self._sign(match["sign"])
        whole = not self.stack
        while self.stack:
            self._closes()
        self.flows[0].ends(self.state.shape)
        return whole

    def _opens(self) -> None:
        if len(self.stack) > _DEEPEST:
            raise RecursionError
        self._settle()
        self.skip = 0
        self.stack.append((self.state, ""))
        self.state = copy(self.state)

    def _closes(self) -> None:
        self._settle()
        self.skip, self.starred = 0, False
        inner = self.state
        self.state, opened = self.stack.pop()
        if opened in {"footnote", "box"}:
            self._flow_ends(opened)
        elif opened:
            self._collected(opened, "".join(self.kept.pop()))
        elif inner.into == self.state.into == "styles":
            name = "".join(self.named).strip().removesuffix(";").casefold()
            level = 0 if inner.shape.outline is None else inner.shape.outline + 1
            self.styles[inner.style] = Style(name, level, inner.marks | (inner.complex or frozenset()))
            self.named = []

    def _word(self, word: str, value: int | None) -> None:
        self._settle()
        if self.skip:
            self.skip -= 1
            return
        starred, self.starred = self.starred, False
        state = self.state
        if word == "u" and value in {0x2028, 0x2029}:
            self._part("line" if value == 0x2028 else "par")
            self.skip = state.fallback
        elif word == "u":
            self._letters(chr((value or 0) % 0x10000))
            self.skip = state.fallback
        elif word == "ud":
            state.into = state.outside
        elif word == "upr":
            state.outside, state.into = state.into, "skip"
        elif state.into == "skip":
            pass
        elif word in IGNORED or (starred and word not in _TURNS):
            state.into = "skip"
            self.comments += word == "annotation"
        elif word == "fldrslt" and state.unread:
            self._turns("unread")
        elif _TURNS.get(word):
            self._turns(_TURNS[word])
        elif word in LETTERS:
            self._letters(LETTERS[word])
        elif word in _PICTURES and state.into == "pict":
            self.picture = word
        else:
            self._part(word)
            state.set_letters(word, value)
            state.set_paragraph(word, value, self.styles)
            self.encodings.set(word, value or 0)
            self._table(word)

    def _sign(self, sign: bytes) -> None:
        if sign == b"*":
            self.starred = True
        elif self.skip:
            self.skip -= 1
        elif sign in b"\r\n":
            self._part("par")
        elif sign in SIGNS:
            self._letters(SIGNS[sign])

    def _turns(self, into: str) -> None:
        """Turn to where the letters of this group go."""
        if not self.stack or self.stack[-1][1]:
            return
        if into in {"footnote", "box"}:
            self.state = State(fallback=self.state.fallback)
            self.flows.append(Flow(html.Element("div"), plain=True, left_out=self.left_out))
            self.stack[-1] = (self.stack[-1][0], into)
            return
        if into in _COLLECTED:
            self.kept.append([])
            self.stack[-1] = (self.stack[-1][0], into)
        if into == "pict":
            self.alternative = self.picture = ""
        self.state.into = into

    def _flow_ends(self, opened: str) -> None:
        flow = self.flows.pop()
        flow.ends(Shape())
        if not len(flow.root):
            return
        if opened == "box":
            self.flows[-1].after.append(flow.root)
        else:
            flow.root.set("id", f"note-{len(self.notes)}")
            self.notes.append(flow.root)
            self.flows[-1].runs.append(Run(kind="note", source=flow.root.get("id", "")))

    def _collected(self, what: str, text: str) -> None:
        if what == "listtext":
            self.flows[-1].mark = text
            self.left_out.append(text)
        elif what == "sn":
            self.property = text.strip()
        elif what == "sv" and self.property == "wzDescription":
            self.alternative = text
        elif what == "unread":
            self.lists[self.state.unread].append(text)
        elif what == "pict":
            self._picture(text)
        elif what == "fldinst":  # the result of the field follows, in the group around it
            link = _LINK.match(text)
            self.state.link = f"{link[1] or link[2]}{'#' + link[3] if link[3] else ''}" if link else ""
            anew = _ANEW.match(text)
            self.state.unread = anew[1] if anew else ""

    def _picture(self, text: str) -> None:
        self.pictures += 1
        kind = _PICTURES.get(self.picture, "bmp")
        source = f"{self.pictures}.{kind}"
        if kind in {"png", "jpeg"}:
            digits = re.sub(r"[^0-9a-fA-F]", "", text)
            content = binascii.unhexlify(digits[: len(digits) // 2 * 2])
            source = f"data:image/{kind};base64,{b64encode(content).decode()}"
        self.flows[-1].runs.append(Run(self.alternative, link=self.state.link, kind="picture", source=source))

    def _bytes(self, raw: bytes) -> None:
        taken = min(self.skip, len(raw))
        self.skip -= taken
        if self.state.into in {"skip", "shape", "fonts"} or taken == len(raw):
            return
        self._letters(self.encodings.decode(raw[taken:], self.state.font))

    def _settle(self) -> None:
        """Read what is left of half a letter."""
        self._letters(self.encodings.rest())

    def _letters(self, text: str) -> None:
        state = self.state
        if state.deleted and state.into == "body":
            self.left_out.append(text)
        if state.hidden and state.into == "body":
            self.hidden.append(text)
        if not text or state.hidden or state.deleted:
            return
        if state.into in _COLLECTED:
            self.kept[-1].append(text)
        elif state.into == "styles":
            self.named.append(text)
        elif state.into == "body":
            self.flows[-1].runs.append(Run(text, state.marks_of(text), state.link))

    def _part(self, word: str) -> None:
        """End a line, a paragraph, a cell or a row."""
        if self.state.into in _COLLECTED:
            self._letters(" " if word in {"par", "line", "cell", "row", "sect"} else "")
        if self.state.into != "body":
            return
        flow = self.flows[-1]
        if word == "line":
            flow.runs.append(Run(kind="line"))
        elif word in {"par", "sect", "nestcell", "nestrow"}:
            flow.paragraph(self.state.shape)
        elif word == "cell":
            flow.paragraph(self.state.shape, cell=True)
        elif word == "row":
            flow.row_ends(self.merged, header=self.header)

    def _table(self, word: str) -> None:
        """Set how the cells of a row are."""
        if word == "trowd":
            self.merged, self.merging, self.header = [], False, False
        elif word == "trhdr":
            self.header = True
        elif word == "clmrg":
            self.merging = True
        elif word == "cellx":
            self.merged.append(self.merging)
            self.merging = False
