"""Media overlays: when each block of a document is read aloud, as SMIL (EPUB 3.3, section 9). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import quoteattr

from bookbuild.book.recordings import Recording
from bookbuild.epub.package import Part

ACTIVE = "-epub-media-overlay-active"
"""The class of what is being read; the one that EPUB's examples and many readers have."""

RULES = f"""/* What is being read aloud: black on a light ground, whatever the reader's own colours are. */
.{ACTIVE} {{ background-color: #ffe9a8; color: #000 }}
"""


def write_overlay(
    name: str, document: str, blocks: Sequence[tuple[str, str, str]], spoken: Mapping[str, Recording]
) -> Part:
    """Write the overlay of a document.

    `blocks` are the id, the unit's id and the language's tag of each block in reading order; `spoken` has the
    recordings of the document's chapter by language. A block that is spoken nowhere is left out.
    """
    pars, total = [], 0.0
    for identifier, unit, tag in blocks:
        time = spoken[tag].spans.get(unit) if tag in spoken else None
        if time is None:
            continue
        total += round(time.end, 3) - round(time.begin, 3)
        text, sound = quoteattr(f"../{document}#{identifier}"), quoteattr(f"../{spoken[tag].name}")
        pars.append(
            f'<par id="s-{identifier}"><text src={text}/>'
            f'<audio src={sound} clipBegin="{time.begin:.3f}s" clipEnd="{time.end:.3f}s"/></par>'
        )
    body = "\n".join(pars)
    data = (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<smil xmlns="http://www.w3.org/ns/SMIL" xmlns:epub="http://www.idpf.org/2007/ops" version="3.0">\n'
        f'<body>\n<seq id="s" epub:textref={quoteattr(f"../{document}")} epub:type="bodymatter">\n{body}\n</seq>\n'
        "</body>\n</smil>\n"
    )
    return Part(name, "application/smil+xml", data.encode(), seconds=total)
