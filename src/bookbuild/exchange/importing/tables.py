"""Read tables with one row per unit and one column per language: CSV, TSV and Excel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from bookbuild.book.spreadsheets import list_unread_sheets, read_csv, read_xlsx
from bookbuild.exchange.importing import ImportedPairs, ImportOptions, build_row
from bookbuild.languages import names as language_names
from bookbuild.model.book import Block, Kind
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place
from bookbuild.model.inline import LineBreak, Text
from bookbuild.model.inlines import insert_caesuras, tidy_inlines

_ENCODING_ADVICE = "save it again as CSV in UTF-8"
_OWN_COLUMNS = frozenset({"unit", "chapter", "kind", "row", "bead", "confidence", "look at", "checked", "note"})
SUFFIXES = (".csv", ".tsv", ".xlsx")


def read(path: Path, data: bytes, name: str, options: ImportOptions) -> ImportedPairs:
    """Return the pairs of a table.

    Its first row names the languages, by tag or in words; it may be absent if the user names them. Raises SourceError
    if fewer than two columns belong to a language.
    """
    suffix = path.suffix.lower()
    rows = read_xlsx(data, name) if suffix == ".xlsx" else read_csv(data, name, "T009", _ENCODING_ADVICE)
    filled = [(line, row) for line, row in rows if any(cell.strip() for cell in row)]
    if not filled:
        raise SourceError([Finding("T003", Place(name), "the table is empty", "see whether it is the right file")])
    header = language_names.find_column_tags(filled[0][1], anywhere=not options.languages)
    kinds = next((n for n, cell in enumerate(filled[0][1]) if cell.strip().lower() == "kind"), None)
    columns = [n for n, tag in enumerate(header) if tag and _has_words(n, filled[1:])]
    if len(columns) < 2:
        columns = [n for n, tag in enumerate(header) if tag.casefold() not in {"", "no"}]
    body = filled[1:]
    if options.languages and len(columns) != len(options.languages):
        named = [n for wanted in options.languages for n in columns if header[n] == wanted]
        if len(named) == len(options.languages):
            columns = named
        else:  # no header: the columns that have text, in order
            body = filled
            columns = [n for n in range(len(filled[0][1])) if any(n < len(r) and r[n].strip() for _, r in filled)]
            if len(columns) != len(options.languages):
                message = f"the table has {len(columns)} columns, and {len(options.languages)} languages were named"
                advice = "name the languages in the first row"
                raise SourceError([Finding("T009", Place(name, filled[0][0]), message, advice)])
    tags = options.languages if len(options.languages) == len(columns) else tuple(header[n] for n in columns)
    if len(columns) < 2:
        message = "the first row names fewer than two languages"
        advice = "write their tags there, for example ar and id, or name them with --languages ar,id"
        raise SourceError([Finding("T009", Place(name, filled[0][0]), message, advice)])
    block_rows = []
    for _, row in body:
        kind = row[kinds] if kinds is not None and kinds < len(row) else ""
        if kind == "note":
            continue
        level = int(kind.split()[1]) if kind.startswith("heading ") and kind[8:].isdigit() else 0
        blocks = tuple(_build_block(row[n] if n < len(row) else "", level) for n in columns)
        if any(blocks):
            block_rows.append(blocks)
    losses = list(_find_unread_columns(filled[0][1] if body is not filled else [], columns, body))
    if suffix == ".xlsx" and (sheets := list_unread_sheets(data, name)):
        losses.append(f"the other sheets: {', '.join(sheets)}")
    return ImportedPairs(tags, tuple(map(build_row, block_rows)), structured=kinds is not None, losses=tuple(losses))


def _find_unread_columns(
    names: Sequence[str], columns: Sequence[int], rows: Sequence[tuple[int, list[str]]]
) -> Iterator[str]:
    """Yield the names of columns with text that belong to no language, except those that the program writes itself."""
    for number in range(max((len(row) for _, row in rows), default=0)):
        name = names[number].strip() if number < len(names) else ""
        is_expected = number in columns or name.casefold() in _OWN_COLUMNS
        if (
            not is_expected
            and _has_words(number, rows)
            and any(row[number].strip() for _, row in rows if number < len(row))
        ):
            yield f"the column “{name}”" if name else f"column {number + 1}, which has no name"


def _has_words(column: int, rows: Sequence[tuple[int, list[str]]]) -> bool:
    """Return whether a column has text: a column of numbers may be named No, which is Norwegian too."""
    cells = [row[column] for _, row in rows if column < len(row) and row[column].strip()]
    return 2 * sum(any(map(str.isalpha, cell)) for cell in cells) >= len(cells)


def _build_block(text: str, level: int) -> Block | None:
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if not lines:
        return None
    content = tidy_inlines(
        [part for n, line in enumerate(lines) for part in ((LineBreak(), Text(line)) if n else (Text(line),))]
    )
    if level:
        return Block(Kind.HEADING, tidy_inlines([Text(" ".join(lines))]), Place(""), min(6, level))
    if len(lines) > 1:
        return Block(Kind.VERSE, insert_caesuras(content), Place(""))
    return Block(Kind.PARAGRAPH, content, Place(""))
