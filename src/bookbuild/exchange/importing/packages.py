"""Documents made ready for pandoc, what is left out of them on purpose, and the XML inside them. Pure."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from lxml import etree

LISTS = {
    "TOC": "the table of contents, which is made anew",
    "INDEX": "the index, whose page numbers are those of old pages",
}
"""Fields of Word that are left out, and how that is said."""
STRICT = (
    b"http://purl.oclc.org/ooxml/wordprocessingml/main",
    b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
)
"""What the strict form of Word files calls its words, and what all others do."""
_SHOWN = 60


@dataclass(slots=True)
class Ready:
    """A document as pandoc reads it best, and what was taken out on purpose."""

    data: bytes
    left_out: list[str] = field(default_factory=list)
    """Texts that are no part of the text: contents that are made anew, hidden words."""
    losses: list[str] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)
    """Descriptions of pictures that pandoc drops, by the pictures' names."""

    def leave_out(self, what: str, texts: Sequence[str]) -> None:
        """Say what is left out, if it is anything."""
        if any(text.strip() for text in texts):
            self.left_out += texts
            if what not in self.losses:
                self.losses.append(what)

    def tell_comments(self, count: int) -> None:
        """Say how many comments there are."""
        if count:
            self.losses.append(f"{count} comment{'s' if count > 1 else ''} in the margin")

    def tell(self, what: str, texts: Sequence[str]) -> None:
        """Say how what is left out begins, if it is anything."""
        words = " ".join(" ".join(texts).split())
        if words:
            self.losses.append(f"{what}: “{words if len(words) <= _SHOWN else words[:_SHOWN].rstrip() + '…'}”")


def rewritten(data: bytes, wanted: re.Pattern[str], change: Callable[[str, Any, Ready], None]) -> Ready:
    """Let a function change the parts whose names match; an archive that cannot be read stays as it is."""
    ready = Ready(data)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = {entry.filename: archive.read(entry) for entry in archive.infolist()}
        for name in filter(wanted.fullmatch, list(parts)):
            root = etree.fromstring(parts[name].replace(*STRICT), parser)
            change(name, root, ready)
            parts[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    except (zipfile.BadZipFile, etree.XMLSyntaxError, NotImplementedError, RuntimeError, EOFError, ValueError):
        return Ready(data)  # pandoc says what is wrong with it
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    ready.data = made.getvalue()
    return ready


def dropped(element: Any) -> None:
    """Take an element out; what stands after it stays."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    if element.tail:
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    parent.remove(element)


def unwrapped(element: Any) -> None:
    """Put what an element holds in its place."""
    parent = element.getparent()
    if parent is None:
        return
    before, last = element.getprevious(), element[-1] if len(element) else None
    for text, slot in ((element.text, "text"), (element.tail, "tail")):
        at, where = (parent, "text") if before is None else (before, "tail")
        if slot == "tail" and last is not None:
            at, where = last, "tail"
        setattr(at, where, (getattr(at, where) or "") + (text or "") or None)
    for child in list(element):
        element.addprevious(child)
    element.tail = None
    parent.remove(element)


def after(host: Any, blocks: Sequence[Any]) -> None:
    """Put paragraphs behind another one, in order."""
    for block in reversed(blocks):
        block.tail = None
        host.addnext(block)
