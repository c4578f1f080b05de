"""Exchange: the pairs for other programs. No layouts; built only where the format is asked for."""

from __future__ import annotations

from bookbuild.document.editions import Edition, everything

_DESCRIPTIONS = {
    "tmx": "translation memory (TMX 1.4), all languages",
    "xliff": "pairs for translators' tools (XLIFF 1.2)",
    "xlsx": "a spreadsheet, a column a language",
    "html": "one web page, languages side by side",
    "txt": "plain text, languages below each other",
}

EDITIONS = tuple(
    Edition(name=name, format=name, template="", description=text, prepare=everything, exchanged=True)
    for name, text in _DESCRIPTIONS.items()
)
