"""Files of any format in, a book's folder out: texts in plain text or Markdown, pictures, a table of pairs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bookbuild import aligned_table, book_folder, language_names, languages, markdown_out
from bookbuild.aligned_table import Entry
from bookbuild.book_source import default_order
from bookbuild.content import NoteReference, walk
from bookbuild.errors import SourceError, UsageError, did_you_mean
from bookbuild.findings import Finding, Place, printable
from bookbuild.importing import Asked, Pairs, Text, importers
from bookbuild.importing.subtitles import SUFFIXES as SUBTITLES
from bookbuild.importing.subtitles import cues, paired
from bookbuild.model import Block
from bookbuild.new_book import is_folder_name, known_tags
from bookbuild.portions import written
from bookbuild.project import Project
from bookbuild.quality.tongue import probabilities
from bookbuild.readers import ReaderOptions, readers

_Texts = dict[str, Text]
_LARGEST = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of an import."""

    folder: str
    """For messages."""
    files: tuple[str, ...]
    paragraphs: dict[str, int]
    """Language to paragraphs and headings."""
    losses: tuple[str, ...]
    guessed: tuple[str, ...]
    """Files whose languages were found out, for messages."""

    @property
    def even(self) -> bool:
        """Whether all languages have as many paragraphs, or a table says what belongs together."""
        return len(set(self.paragraphs.values())) == 1 or "aligned.csv" in self.files


def import_texts(
    project: Project, files: Sequence[Path], slug: str, tags: Sequence[str] = (), *, over: bool = False
) -> Imported:
    """Make a book's folder of files; languages come from `tags`, file names, the files themselves, or are found out.

    Raises UsageError on wrong names and languages; SourceError on files that cannot be read or written.
    """
    _check(files, slug, tags)
    contents = [_content(path) for path in files]
    guessed: list[str] = []
    made: _Texts | Pairs
    if all(path.suffix.lower() in SUBTITLES for path in files):
        made = _subtitles(files, contents, tags, guessed)
    else:
        made = _read(files, contents, tags, guessed)
    if isinstance(made, Pairs):
        if len(made.languages) < 2:
            raise UsageError("a book needs two languages: give a file a language, or one that has both")
        return _write_pairs(project, slug, made, guessed, over=over)
    names = [path.name for path in files]
    ordered = list(tags if set(tags) == set(made) else made)
    if not tags and names == sorted(names):  # perhaps *.docx
        ordered = default_order(ordered)
    return _write_texts(project, slug, made, ordered, guessed, over=over)


def _check(files: Sequence[Path], slug: str, tags: Sequence[str]) -> None:
    known = importers()
    if not files:
        raise UsageError(f"give the files to import; known are {', '.join(sorted(known))}")
    for path in files:
        if path.suffix.lower() not in known:
            near = did_you_mean(path.suffix.lower(), sorted(known))
            raise UsageError(f"{printable(path.name)} is of a kind that is not known: {near}")
    if not is_folder_name(slug):
        raise UsageError(
            f"{slug!r} is no name for a book's folder: use letters, digits and hyphens, for example nato-1954"
        )
    known_tags(tags)
    if len(set(tags)) != len(tags):
        raise UsageError(f"--languages names one twice: {', '.join(tags)}")


def _content(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise FileNotFoundError(2, "no such file", str(path))
        if path.stat().st_size > _LARGEST:
            raise SourceError([Finding("T004", Place(printable(str(path))), "the file is too large", "split it")])
        return path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        place = Place(printable(str(path)))
        raise SourceError([Finding("P007", place, f"cannot be read ({reason})", "check its name and rights")]) from None


def _read(files: Sequence[Path], contents: Sequence[bytes], tags: Sequence[str], guessed: list[str]) -> _Texts | Pairs:
    texts: _Texts = {}
    rows: list[tuple[Block | None, ...]] = []
    pairs: Pairs | None = None
    problems: list[Finding] = []
    for number, (path, data) in enumerate(zip(files, contents, strict=True)):
        asked = Asked(tuple(tags) if len(files) == 1 or len(tags) != len(files) else (tags[number],))
        try:
            found = importers()[path.suffix.lower()](path, data, printable(path.name), asked)
        except SourceError as error:
            problems += error.findings
            continue
        if isinstance(found, Pairs):
            if pairs and pairs.languages != found.languages:
                raise UsageError(f"{printable(path.name)} has other languages than the files before it")
            rows += found.rows
            structured = found.structured or (pairs is not None and pairs.structured)
            if pairs and pairs.notes and found.notes:
                raise UsageError("several tables that have notes cannot be one book: import one file at a time")
            losses = (*(pairs.losses if pairs else ()), *found.losses)
            pairs = Pairs(
                found.languages,
                tuple(rows),
                structured,
                losses,
                found.notes or (pairs.notes if pairs else ()),
                {**(pairs.files if pairs else {}), **found.files},
            )
            continue
        tag = tags[number] if len(tags) == len(files) else _tag(path, found, guessed)
        if tag in texts:
            raise UsageError(f"{printable(path.name)} and another file are both {tag}: name them with --languages")
        texts[tag] = found
    if problems:
        raise SourceError(problems)
    if pairs and texts:
        raise UsageError("files of one language and files of several cannot be imported together")
    if pairs:
        return pairs
    if len(texts) < 2:
        only = next(iter(texts))
        raise UsageError(f"a book needs two languages, and there is {only} alone: give a file a language")
    return texts


def _tag(path: Path, text: Text, guessed: list[str]) -> str:
    """Give a file's language: by its name, by what it says of itself, or by its words."""
    by_name = _named(path)
    if by_name:
        return by_name
    sample = " ".join(b.text for b in text.blocks)[:20_000]
    own = language_names.likely(text.language) if text.language else None
    found = probabilities(sample)
    best = max(found, key=lambda tag: found[tag])
    if own and own.split("-")[0] == best:
        return own
    guessed.append(f"{printable(path.name)} is {best}")
    return best


def _named(path: Path) -> str:
    """Give the language that a file's name says: ar.docx, nato.id.docx, text-en-GB.docx, indonesian.docx."""
    stem = path.stem
    for part in (
        stem,
        stem.rpartition(".")[2],
        stem.rpartition("_")[2],
        stem.partition("-")[2],
        stem.rpartition("-")[2],
    ):
        if part and languages.language(part) and (len(part) > 2 or part.islower()):
            return part
        if named := language_names.named(part):
            return named
    return ""


def _subtitles(files: Sequence[Path], contents: Sequence[bytes], tags: Sequence[str], guessed: list[str]) -> Pairs:
    sides = [cues(path, data, printable(path.name)) for path, data in zip(files, contents, strict=True)]
    own = []
    for number, (path, side) in enumerate(zip(files, sides, strict=True)):
        text = Text((), language="")
        if len(tags) == len(files):
            own.append(tags[number])
        else:
            blocks = tuple(b for row in paired([side]) for b in row if b)
            own.append(_tag(path, Text(blocks, language=text.language), guessed))
    if len(set(own)) != len(own):
        raise UsageError(f"two files are of one language ({', '.join(own)}): name them with --languages")
    return Pairs(tuple(own), paired(sides))


def _write_texts(
    project: Project, slug: str, texts: _Texts, ordered: list[str], guessed: list[str], *, over: bool
) -> Imported:
    structured = any(text.structured for text in texts.values())
    files: dict[str, bytes] = {}
    losses: list[str] = []
    for tag, text in texts.items():
        name, data, lost = _text_file(tag, text, structured=structured)
        files[name] = data
        files |= text.files
        losses += [f"{tag}: {loss}" for loss in (*text.losses, *lost)]
    folder = project.source / slug
    files |= _settings(folder, ordered)
    book_folder.new_files(project, folder, files, over=over)
    counts = {tag: len(text.blocks) for tag, text in texts.items()}
    return Imported(project.relative(folder), tuple(files), counts, tuple(losses), tuple(guessed))


def _settings(folder: Path, ordered: list[str]) -> dict[str, bytes]:
    """Say the order of the languages in book.toml, unless it is the usual one or there are settings already."""
    if ordered == default_order(ordered) or (folder / "book.toml").exists():
        return {}
    return {"book.toml": f"languages = {json.dumps(ordered)}\n".encode()}


def _text_file(tag: str, text: Text, *, structured: bool) -> tuple[str, bytes, tuple[str, ...]]:
    if not structured:
        lines = "\n\n".join(block.text for block in text.blocks) + "\n"
        parsed = readers()[".txt"](lines, "", ReaderOptions())
        if [b.text for b in parsed.blocks] == [b.text for b in text.blocks]:
            return f"{tag}.txt", lines.encode(), ()
    try:
        made = markdown_out.markdown(text.blocks, text.notes)
        markdown_out.checked(made, text.blocks)
    except SourceError as error:
        message = f"the text cannot be written as Markdown ({error.findings[0].message})"
        advice = "make it simpler in the program that it comes from: fewer levels of lists, no tables in tables"
        raise SourceError([Finding("T009", Place(f"{tag}.md"), message, advice)]) from None
    return f"{tag}.md", made.text.encode(), made.losses


def _with_notes(blocks: tuple[Block, ...], pairs: Pairs) -> Text:
    marked = {i.label for b in blocks for i in walk(b.content) if isinstance(i, NoteReference)}
    notes = tuple(note for note in pairs.notes if note.label in marked)
    return Text(blocks, notes, structured=pairs.structured)


def _write_pairs(project: Project, slug: str, pairs: Pairs, guessed: list[str], *, over: bool) -> Imported:
    tags = [language_names.likely(tag) or tag for tag in pairs.languages]
    unknown = [tag for tag in tags if languages.language(tag) is None]
    if unknown:
        raise UsageError(f"{unknown[0]!r} is no language that is known: name the languages with --languages ar,id")
    texts = {
        tag: _with_notes(tuple(b for row in pairs.rows if (b := row[side])), pairs) for side, tag in enumerate(tags)
    }
    empty = [tag for tag, text in texts.items() if not text.blocks]
    if empty:
        raise UsageError(f"the file has no text in {empty[0]}")
    structured = pairs.structured or any(b.kind != "paragraph" for t in texts.values() for b in t.blocks)
    files = dict(pairs.files)
    losses = list(pairs.losses)
    for tag, text in texts.items():
        name, data, lost = _text_file(tag, text, structured=structured)
        files[name] = data
        losses += lost
    if any(None in row for row in pairs.rows):
        entries = [
            Entry("", tuple(written(b) if b else "" for b in row), "–".join("1" if b else "0" for b in row), 1.0, "")
            for row in pairs.rows
        ]
        files["aligned.csv"] = aligned_table.to_csv(tags, entries)
    folder = project.source / slug
    files |= _settings(folder, tags)
    book_folder.new_files(project, folder, files, over=over)
    counts = {tag: len(text.blocks) for tag, text in texts.items()}
    return Imported(project.relative(folder), tuple(files), counts, tuple(losses), tuple(guessed))
