"""Documents prepared for pandoc, what is left out of them on purpose, and edits of the XML inside them. Pure."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from lxml import etree

from bookbuild.work.archives import DAMAGE
from bookbuild.work.xml import parse_xml

LEFT_OUT_LISTS = {
    "TOC": "the table of contents, which is rebuilt",
    "INDEX": "the index, whose page numbers refer to the old pages",
}
"""Fields of Word that are left out, and the loss to report for each."""
STRICT_TO_TRANSITIONAL = (
    b"http://purl.oclc.org/ooxml/wordprocessingml/main",
    b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
)
"""The namespace of words in strict Word files, and that in all others (ISO/IEC 29500-1 and -4)."""
_MAX_SHOWN = 60
"""Characters of left-out text that a message shows."""


@dataclass(slots=True)
class PreparedDocument:
    """A document as pandoc reads it best, and what was left out of it on purpose."""

    data: bytes
    left_out: list[str] = field(default_factory=list)
    """Texts that are left out: tables of contents, which are rebuilt, hidden words."""
    losses: list[str] = field(default_factory=list)
    """What was left out, for messages."""
    descriptions: dict[str, str] = field(default_factory=dict)
    """Descriptions of pictures, which pandoc drops: name of the picture -> description."""

    def leave_out(self, what: str, texts: Sequence[str]) -> None:
        """Add texts to `left_out` and `what` to `losses`, once, if any text is not blank."""
        if any(text.strip() for text in texts):
            self.left_out += texts
            if what not in self.losses:
                self.losses.append(what)

    def report_comments(self, count: int) -> None:
        """Add the number of comments to `losses`, if there are any."""
        if count:
            self.losses.append(f"{count} comment{'s' if count > 1 else ''} in the margin")

    def report_text(self, what: str, texts: Sequence[str]) -> None:
        """Add the start of a left-out text to `losses`, if it is not blank."""
        words = " ".join(" ".join(texts).split())
        if words:
            self.losses.append(f"{what}: “{words if len(words) <= _MAX_SHOWN else words[:_MAX_SHOWN].rstrip() + '…'}”")


def rewrite_parts(
    data: bytes, part_names: re.Pattern[str], change: Callable[[str, Any, PreparedDocument], None]
) -> PreparedDocument:
    """Let `change` edit the XML of the parts whose names match; an archive that cannot be read stays as it is.

    `change` takes the name of a part, its root, and the document to add losses to.
    """
    prepared = PreparedDocument(data)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = {entry.filename: archive.read(entry) for entry in archive.infolist()}
        for name in filter(part_names.fullmatch, list(parts)):
            root = parse_xml(parts[name].replace(*STRICT_TO_TRANSITIONAL))
            change(name, root, prepared)
            parts[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    except (*DAMAGE, etree.XMLSyntaxError):
        return PreparedDocument(data)  # pandoc says what is wrong with it
    output = BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    prepared.data = output.getvalue()
    return prepared


def read_part(data: bytes, name: str) -> Any:
    """Return the root of a part of an archive; None if it has none, or cannot be read."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return parse_xml(archive.read(name).replace(*STRICT_TO_TRANSITIONAL))
    except (*DAMAGE, KeyError, etree.XMLSyntaxError):
        return None


def insert_after(host: Any, blocks: Sequence[Any]) -> None:
    """Insert blocks after another one, in order, without their tails."""
    for block in reversed(blocks):
        block.tail = None
        host.addnext(block)
