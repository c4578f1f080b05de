"""Convert rich text (RTF 1.0 to 1.9) to a web page. Pure.

Pandoc 3.9 reads rich text too, but drops notes, moves lists of LibreOffice before what precedes them, and recognizes
neither headings by style nor quotations.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64encode
from copy import copy

from lxml import html

from bookbuild.exchange.importing.packages import LEFT_OUT_LISTS, PreparedDocument
from bookbuild.exchange.importing.rich_page import Flow, Run, Shape, Style, build_page
from bookbuild.exchange.importing.rich_state import IGNORED, LETTERS, SIGNS, Encodings, State
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place

_TOKEN = re.compile(
    rb"\\(?:(?P<word>[a-zA-Z]{1,32})(?P<value>-?\d{1,10})? ?|'(?P<hex>[0-9a-fA-F]{2})|(?P<sign>[\s\S]))"
    rb"|(?P<brace>\{(?:[\r\n]*(?P<star>\\\*))?|\})|(?P<end>[\r\n\0]+|\\\Z)|(?P<text>[^\\{}\r\n\0]+)"
)
_DESTINATIONS = {
    "fonttbl": "fonts", "stylesheet": "styles", "shpinst": "shape", "do": "shape", "picprop": "shape",
    "fldinst": "fldinst", "listtext": "listtext", "pntext": "listtext", "pict": "pict", "sn": "sn", "sv": "sv",
    "footnote": "footnote", "shptxt": "box", "dptxbxtext": "box", "shppict": "", "ud": "",
}  # fmt: skip
"""RTF destinations that are read even if a star marks them as optional; all other optional ones are skipped."""
_COLLECTED = frozenset({"fldinst", "listtext", "pict", "sn", "sv", "generated"})
_PICTURES = {"pngblip": "png", "jpegblip": "jpeg", "emfblip": "emf", "wmetafile": "wmf", "macpict": "pict"}
_LINK = re.compile(r"""\s*HYPERLINK\s+(?:\\[mnt]\s+)*(?:"([^"]+)"|([^\s\\"]\S*))(?:.*?\\l\s+"([^"]+)")?""")
_GENERATED_LIST = re.compile(r"\s*(TOC|INDEX)\b")
_MAX_DEPTH = 5_000


def convert_rich_text(data: bytes, name: str) -> PreparedDocument:
    """Return a rich text as a page in UTF-8, with what was left out.

    Raises SourceError if the file is not rich text, or nested too deeply.
    """
    if not re.match(rb"(?:\xef\xbb\xbf)?\s*\{\s*\\rtf", data):
        advice = "see whether it is the right file, or save it again as .docx"
        raise SourceError([Finding("T009", Place(name), "this is not rich text", advice)])
    parser = _RichTextParser()
    try:
        is_complete = parser.parse(data.removeprefix(b"\xef\xbb\xbf"))
    except RecursionError:
        message = "the document is nested too deeply to be read"
        raise SourceError([Finding("T009", Place(name), message, "save it in a simpler form")]) from None
    document = PreparedDocument(build_page(parser.body, parser.notes), parser.left_out)
    for kind, texts in parser.lists.items():
        document.leave_out(LEFT_OUT_LISTS[kind], texts)
    document.report_text("hidden text", parser.hidden)
    document.left_out += parser.hidden
    document.report_comments(parser.comments)
    if not is_complete:
        document.losses.append("what came after its end: the file is cut off")
    return document


class _RichTextParser:
    """One pass over a file."""

    def __init__(self) -> None:
        self.state = State()
        self.stack: list[tuple[State, str]] = []
        """Per open group the state around it, and its destination if it is collected or a flow of its own."""
        self.body = html.Element("div")
        self.notes: list[html.HtmlElement] = []
        self.left_out: list[str] = []
        self.hidden: list[str] = []
        self.lists: dict[str, list[str]] = {kind: [] for kind in LEFT_OUT_LISTS}
        """The lines of tables of contents and indexes, by kind."""
        self.comments = 0
        self.flows = [Flow(self.body, left_out=self.left_out)]
        self.collected: list[list[str]] = []
        """Collected text, one list per open group that collects it."""
        self.style_name: list[str] = []
        """The pieces of the name of a style."""
        self.encodings = Encodings()
        self.styles: dict[int, Style] = {}
        self.merged_cells: list[bool] = []
        self.is_merged = self.is_header = self.is_starred = False
        self.skip_count = 0
        self.property_name = self.alt_text = self.picture = ""
        self.pictures = 0

    def parse(self, data: bytes) -> bool:
        """Read the file, and return whether its last group is closed."""
        position = 0
        while match := _TOKEN.match(data, position):
            position = match.end()
            if match["text"] or match["hex"]:
                self._read_bytes(match["text"] or bytes([int(match["hex"], 16)]))
            elif match["brace"] == b"}":
                if self.stack:
                    self._close_group()
                if not self.stack:
                    break
            elif match["brace"]:
                self._open_group()
                self.is_starred = bool(match["star"])
            elif match["word"]:
                value = int(match["value"]) if match["value"] else None
                if match["word"] == b"bin":
                    position += min(max(0, value or 0), len(data))
                    if self.state.destination == "pict":
                        self.collected[-1].append(data[match.end() : position].hex())
                else:
                    self._read_word(match["word"].decode("ascii"), value)
            elif match["sign"]:
                self._read_sign(match["sign"])
        is_complete = not self.stack
        while self.stack:
            self._close_group()
        self.flows[0].end(self.state.shape)
        return is_complete

    def _open_group(self) -> None:
        if len(self.stack) > _MAX_DEPTH:
            raise RecursionError
        self._flush_decoder()
        self.skip_count = 0
        self.stack.append((self.state, ""))
        self.state = copy(self.state)

    def _close_group(self) -> None:
        self._flush_decoder()
        self.skip_count, self.is_starred = 0, False
        inner = self.state
        self.state, opened = self.stack.pop()
        if opened in {"footnote", "box"}:
            self._end_flow(opened)
        elif opened:
            self._use_collected_text(opened, "".join(self.collected.pop()))
        elif inner.destination == self.state.destination == "styles":
            name = "".join(self.style_name).strip().removesuffix(";").casefold()
            level = 0 if inner.shape.outline is None else inner.shape.outline + 1
            self.styles[inner.style] = Style(name, level, inner.marks | (inner.complex or frozenset()))
            self.style_name = []

    def _read_word(self, word: str, value: int | None) -> None:
        self._flush_decoder()
        if self.skip_count:
            self.skip_count -= 1
            return
        starred, self.is_starred = self.is_starred, False
        state = self.state
        if word == "u" and value in {0x2028, 0x2029}:
            self._end_part("line" if value == 0x2028 else "par")
            self.skip_count = state.fallback_length
        elif word == "u":
            self._add_text(chr((value or 0) % 0x10000))
            self.skip_count = state.fallback_length
        elif word == "ud":
            state.destination = state.outer_destination
        elif word == "upr":
            state.outer_destination, state.destination = state.destination, "skip"
        elif state.destination == "skip":
            pass
        elif word in IGNORED or (starred and word not in _DESTINATIONS):
            state.destination = "skip"
            self.comments += word == "annotation"
        elif word == "fldrslt" and state.generated_list:
            self._enter_destination("generated")
        elif _DESTINATIONS.get(word):
            self._enter_destination(_DESTINATIONS[word])
        elif word in LETTERS:
            self._add_text(LETTERS[word])
        elif word in _PICTURES and state.destination == "pict":
            self.picture = word
        else:
            self._end_part(word)
            state.apply_character_word(word, value)
            state.apply_paragraph_word(word, value, self.styles)
            self.encodings.apply_word(word, value or 0)
            self._read_table_word(word)

    def _read_sign(self, sign: bytes) -> None:
        if self.skip_count:
            self.skip_count -= 1
        elif sign in b"\r\n":
            self._end_part("par")
        elif sign in SIGNS:
            self._add_text(SIGNS[sign])

    def _enter_destination(self, destination: str) -> None:
        """Set where the text of the group goes."""
        if not self.stack or self.stack[-1][1]:
            return
        if destination in {"footnote", "box"}:
            self.state = State(fallback_length=self.state.fallback_length)
            self.flows.append(Flow(html.Element("div"), plain=True, left_out=self.left_out))
            self.stack[-1] = (self.stack[-1][0], destination)
            return
        if destination in _COLLECTED:
            self.collected.append([])
            self.stack[-1] = (self.stack[-1][0], destination)
        if destination == "pict":
            self.alt_text = self.picture = ""
        self.state.destination = destination

    def _end_flow(self, opened: str) -> None:
        flow = self.flows.pop()
        flow.end(Shape())
        if not len(flow.root):
            return
        if opened == "box":
            self.flows[-1].boxes.append(flow.root)
        else:
            flow.root.set("id", f"note-{len(self.notes)}")
            self.notes.append(flow.root)
            self.flows[-1].runs.append(Run(kind="note", source=flow.root.get("id", "")))

    def _use_collected_text(self, destination: str, text: str) -> None:
        if destination == "listtext":
            self.flows[-1].mark = text
            self.left_out.append(text)
        elif destination == "sn":
            self.property_name = text.strip()
        elif destination == "sv" and self.property_name == "wzDescription":
            self.alt_text = text
        elif destination == "generated":
            self.lists[self.state.generated_list or "TOC"].append(text)  # the group of the field may be gone
        elif destination == "pict":
            self._add_picture(text)
        elif destination == "fldinst":  # the result of the field follows, in the group around it
            link = _LINK.match(text)
            self.state.link = f"{link[1] or link[2]}{'#' + link[3] if link[3] else ''}" if link else ""
            generated = _GENERATED_LIST.match(text)
            self.state.generated_list = generated[1] if generated else ""

    def _add_picture(self, text: str) -> None:
        self.pictures += 1
        kind = _PICTURES.get(self.picture, "bmp")
        source = f"{self.pictures}.{kind}"
        if kind in {"png", "jpeg"}:
            digits = re.sub(r"[^0-9a-fA-F]", "", text)
            content = binascii.unhexlify(digits[: len(digits) // 2 * 2])
            source = f"data:image/{kind};base64,{b64encode(content).decode()}"
        self.flows[-1].runs.append(Run(self.alt_text, link=self.state.link, kind="picture", source=source))

    def _read_bytes(self, raw: bytes) -> None:
        taken = min(self.skip_count, len(raw))
        self.skip_count -= taken
        if self.state.destination in {"skip", "shape", "fonts"} or taken == len(raw):
            return
        self._add_text(self.encodings.decode(raw[taken:], self.state.font))

    def _flush_decoder(self) -> None:
        """Add what is left of an incomplete character."""
        self._add_text(self.encodings.flush())

    def _add_text(self, text: str) -> None:
        state = self.state
        if state.deleted and state.destination == "body":
            self.left_out.append(text)
        if state.hidden and state.destination == "body":
            self.hidden.append(text)
        if not text or state.hidden or state.deleted:
            return
        if state.destination in _COLLECTED:
            self.collected[-1].append(text)
        elif state.destination == "styles":
            self.style_name.append(text)
        elif state.destination == "body":
            self.flows[-1].runs.append(Run(text, state.find_marks(text), state.link))

    def _end_part(self, word: str) -> None:
        """End a line, a paragraph, a cell or a row."""
        if self.state.destination in _COLLECTED:
            self._add_text(" " if word in {"par", "line", "cell", "row", "sect"} else "")
        if self.state.destination != "body":
            return
        flow = self.flows[-1]
        if word == "line":
            flow.runs.append(Run(kind="line"))
        elif word in {"par", "sect", "nestcell", "nestrow"}:
            flow.end_paragraph(self.state.shape)
        elif word == "cell":
            flow.end_paragraph(self.state.shape, cell=True)
        elif word == "row":
            flow.end_row(self.merged_cells, header=self.is_header)

    def _read_table_word(self, word: str) -> None:
        """Read a control word about the cells of a row."""
        if word == "trowd":
            self.merged_cells, self.is_merged, self.is_header = [], False, False
        elif word == "trhdr":
            self.is_header = True
        elif word == "clmrg":
            self.is_merged = True
        elif word == "cellx":
            self.merged_cells.append(self.is_merged)
            self.is_merged = False
