"""Read files of any format: texts by language or in pairs, their languages and titles; nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bookbuild.book.folder import order_languages
from bookbuild.book.new import check_known_tags
from bookbuild.exchange import files as imported_files
from bookbuild.exchange.file_languages import detect_language
from bookbuild.exchange.files import BookFiles
from bookbuild.exchange.importing import ImportedPairs, ImportedText, ImportOptions, importers, subtitles
from bookbuild.exchange.importing.alternating import pair_alternating
from bookbuild.exchange.importing.bold_lines import promote_bold_lines
from bookbuild.exchange.importing.cues import Cue
from bookbuild.exchange.importing.other_kinds import find_advice
from bookbuild.exchange.windows_characters import correct_controls
from bookbuild.languages import names as language_names
from bookbuild.languages import tables
from bookbuild.model.book import Block, Kind
from bookbuild.model.errors import Problems, SourceError, UsageError, describe_os_error, suggest_name
from bookbuild.model.findings import Finding, Place, escape_unprintable

_TextsByLanguage = dict[str, list[tuple[Path, ImportedText]]]
"""The files of each language, in order: one text, or one per chapter."""
_MAX_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ImportedBook:
    """Texts that were read from files of other programs, and are not written yet."""

    languages: tuple[str, ...]
    """Tags in the order that the book shows them."""
    file_languages: tuple[tuple[str, ...], ...]
    """The tags of the languages in each file."""
    titles: dict[str, str]
    """The first heading of each language, where its text begins with one."""
    paragraphs: dict[str, int]
    """The number of paragraphs and headings per language."""
    files: BookFiles
    guessed: tuple[str, ...]
    """Files whose languages only their words support, for messages."""
    remarks: tuple[str, ...]
    """What else was found out, for messages."""
    even: bool
    """Whether all languages have equally many paragraphs in every chapter, or came paired."""


def read_files(files: Sequence[Path], tags: Sequence[str] = (), beside: Sequence[str] = ()) -> ImportedBook:
    """Return the texts of files and their languages, found as `import_texts()` says; nothing is written.

    `beside` are the languages of the book that the files belong to, if there is one: files of one language will do.

    Raises UsageError if a kind or a language is unknown; SourceError if a file cannot be read.
    """
    _check_request(files, tags)
    contents = [_read_content(path) for path in files]
    guessed: list[str] = []
    texts_or_pairs: _TextsByLanguage | ImportedPairs
    remarks: list[str] = []
    if all(path.suffix.lower() in subtitles.SUFFIXES for path in files):
        texts_or_pairs = _read_subtitles(files, contents, tags, guessed, remarks)
    else:
        texts_or_pairs = _read_texts(files, contents, tags, guessed, beside)
    if isinstance(texts_or_pairs, dict):
        texts_or_pairs = _find_headings(texts_or_pairs, remarks)
    if isinstance(texts_or_pairs, ImportedPairs):
        languages, files_to_write, counts = _render_pairs(texts_or_pairs)
        even = True
        file_languages = tuple(tuple(languages) for _ in files)
        titles = {
            tag: _find_title(tuple(b for row in texts_or_pairs.rows for b in row[side]))
            for side, tag in enumerate(languages)
        }
    else:
        languages = _order_tags(texts_or_pairs, tags, [str(path) for path in files])
        files_to_write, counts, even = _render_texts(texts_or_pairs)
        tag_by_file = {path: tag for tag, texts in texts_or_pairs.items() for path, _ in texts}
        file_languages = tuple((tag_by_file[path],) for path in files)
        titles = {tag: _find_title(texts[0][1].blocks) for tag, texts in texts_or_pairs.items()}
    return ImportedBook(
        languages=tuple(languages),
        file_languages=file_languages,
        titles={tag: title for tag, title in titles.items() if title},
        paragraphs=counts,
        files=files_to_write,
        guessed=tuple(guessed),
        remarks=tuple(remarks),
        even=even,
    )


def _find_title(blocks: Sequence[Block]) -> str:
    """Return the text of the heading that a text begins with, if it does."""
    return " ".join(blocks[0].text.split()) if blocks and blocks[0].kind is Kind.HEADING else ""


def _order_tags(texts: _TextsByLanguage, tags: Sequence[str], names: list[str]) -> list[str]:
    ordered = list(dict.fromkeys(tags) if set(tags) == set(texts) else texts)
    if not tags and names == sorted(names):  # the shell may have sorted them: *.docx
        return order_languages(ordered)
    return ordered


def _check_request(files: Sequence[Path], tags: Sequence[str]) -> None:
    known = importers()
    if not files:
        raise UsageError(f"name the files to import; known kinds are {', '.join(sorted(known))}")
    for path in files:
        if path.suffix.lower() not in known:
            suggestion = find_advice(path.suffix.lower()) or suggest_name(path.suffix.lower(), sorted(known))
            raise UsageError(f"{escape_unprintable(path.name)} is of an unknown kind: {suggestion}")
    check_known_tags(tags)
    is_one_per_file = len(tags) == len(files) and len(set(tags)) > 1  # chapters repeat their languages
    if len(set(tags)) != len(tags) and not is_one_per_file:
        raise UsageError(f"--languages names a language twice: {', '.join(tags)}")


def _read_content(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise FileNotFoundError(2, "no such file", str(path))
        if path.stat().st_size > _MAX_BYTES:
            raise SourceError(
                [Finding("T004", Place(escape_unprintable(str(path))), "the file is too large", "split it")]
            )
        return correct_controls(path.read_bytes())
    except OSError as error:
        reason = describe_os_error(error)
        place = Place(escape_unprintable(str(path)))
        raise SourceError([Finding("P007", place, f"cannot be read ({reason})", "check its name and rights")]) from None


def _read_texts(
    files: Sequence[Path], contents: Sequence[bytes], tags: Sequence[str], guessed: list[str], beside: Sequence[str]
) -> _TextsByLanguage | ImportedPairs:
    texts: _TextsByLanguage = {}
    pairs: ImportedPairs | None = None
    problems = Problems()
    folders = len({path.parent for path in files}) > 1
    named = len(tags) == len(files)
    for number, (path, data) in enumerate(zip(files, contents, strict=True)):
        options = ImportOptions((tags[number],) if named and len(files) > 1 else tuple(tags))
        with problems.collect():
            imported = importers()[path.suffix.lower()](path, data, escape_unprintable(path.name), options)
            if isinstance(imported, ImportedText) and len(files) == 1 and not beside:
                imported = pair_alternating(imported, tags) or imported
            if isinstance(imported, ImportedPairs):
                pairs = _append_pairs(pairs, imported, escape_unprintable(path.name)) if pairs else imported
                continue
            tag = tags[number] if named else _detect_tag(path, imported, tags or beside, guessed, folders=folders)
            texts.setdefault(tag, []).append((path, imported))
    problems.raise_all()
    if pairs and texts:
        raise UsageError("files of one language and files of several cannot be imported together")
    if pairs:
        return pairs
    if len(texts) < 2 and not beside:
        only = next(iter(texts))
        advice = "add a file in another one, or name the languages with --languages, for example --languages ar,id"
        raise UsageError(f"a book needs two languages, and by their names and words all files are in {only}: {advice}")
    return texts


def _find_headings(texts: _TextsByLanguage, remarks: list[str]) -> _TextsByLanguage:
    promoted, count = promote_bold_lines({tag: [text for _, text in parts] for tag, parts in texts.items()})
    if count:
        one = count == 1
        lines = "1 bold line is a heading now" if one else f"{count} bold lines are headings now"
        remarks.append(f"in each language {lines}; if that is wrong, delete the # before {'it' if one else 'them'}")
    return {tag: [(path, text) for (path, _), text in zip(texts[tag], promoted[tag], strict=True)] for tag in texts}


def _append_pairs(pairs: ImportedPairs, more: ImportedPairs, name: str) -> ImportedPairs:
    """Return the rows of a file (`name`, for messages) after those of the files before it."""
    if pairs.languages != more.languages:
        raise UsageError(f"{name} has other languages than the files before it")
    if pairs.notes and more.notes:
        raise UsageError("several tables that have notes cannot be one book: import one file at a time")
    return ImportedPairs(
        languages=pairs.languages,
        rows=(*pairs.rows, *more.rows),
        structured=pairs.structured or more.structured,
        losses=(*pairs.losses, *more.losses),
        notes=more.notes or pairs.notes,
        files={**pairs.files, **more.files},
    )


def _detect_tag(path: Path, text: ImportedText, tags: Sequence[str], guessed: list[str], *, folders: bool) -> str:
    """Return the language of a file; the name of its folder counts only if there are several `folders`."""
    words = " ".join(block.text for block in text.blocks)
    file_language = detect_language(
        path.stem, path.absolute().parent.name if folders else "", text.language, words, tags
    )
    if file_language.guessed:
        guessed.append(f"{escape_unprintable(path.name)} is {file_language.tag}")
    return file_language.tag


def _read_subtitles(
    files: Sequence[Path], contents: Sequence[bytes], tags: Sequence[str], guessed: list[str], remarks: list[str]
) -> ImportedPairs:
    names = [escape_unprintable(path.name) for path in files]
    sides = [subtitles.read_cues(path, data, name) for path, data, name in zip(files, contents, names, strict=True)]
    losses = []
    if len(sides) == 1 and (both := subtitles.split_languages(sides[0], tags)):
        languages, sides = list(both[0]), both[1]
        speakers = subtitles.find_speakers(contents[0], names[0])
        losses += [f"the names of speakers ({', '.join(speakers)[:60]})"] if speakers else []
    else:
        languages = [
            tags[n] if len(tags) == len(files) else _detect_subtitle_tag(path, side, tags, guessed)
            for n, (path, side) in enumerate(zip(files, sides, strict=True))
        ]
        for tag, data, name in zip(languages, contents, names, strict=True):
            if speakers := subtitles.find_speakers(data, name):
                losses.append(f"{tag}: the names of speakers ({', '.join(speakers)[:60]})")
    if len(set(languages)) != len(languages):
        raise UsageError(
            f"two files are in the same language ({', '.join(languages)}): name the languages with --languages"
        )
    rows, found = subtitles.pair_editions(sides, languages)
    remarks += found
    return ImportedPairs(tuple(languages), rows, losses=tuple(losses))


def _detect_subtitle_tag(path: Path, side: Sequence[Cue], tags: Sequence[str], guessed: list[str]) -> str:
    blocks = tuple(b for row in subtitles.pair_cues([side]) for blocks in row for b in blocks)
    return _detect_tag(path, ImportedText(blocks), tags, guessed, folders=False)


def _render_texts(texts: _TextsByLanguage) -> tuple[BookFiles, dict[str, int], bool]:
    """Return the files of a book, its paragraphs per language, and whether these are as many in every chapter."""
    counts = {tag: len(chapter_texts) for tag, chapter_texts in texts.items()}
    if len(set(counts.values())) > 1:
        listing = ", ".join(f"{count} of {tag}" for tag, count in counts.items())
        raise UsageError(
            f"the files are {listing}: give one file per language, or the same number of chapters for each; "
            "name their languages with --languages if they were detected wrongly"
        )
    chapters = imported_files.name_chapters(
        [[path.stem for path, _ in chapter_texts] for chapter_texts in texts.values()]
    )
    files = imported_files.build_text_files(
        {tag: [text for _, text in chapter_texts] for tag, chapter_texts in texts.items()}, chapters
    )
    lengths = {tag: [len(text.blocks) for _, text in chapter_texts] for tag, chapter_texts in texts.items()}
    return files, {tag: sum(n) for tag, n in lengths.items()}, len(set(map(tuple, lengths.values()))) == 1


def _render_pairs(pairs: ImportedPairs) -> tuple[list[str], BookFiles, dict[str, int]]:
    """Return the languages of a book, its files, and its paragraphs per language."""
    if len(pairs.languages) < 2:
        raise UsageError("a book needs two languages: give one file per language, or one file that has both")
    tags = [language_names.correct_tag(tag) or tag for tag in pairs.languages]
    unknown = [tag for tag in tags if tables.find_language(tag) is None]
    if unknown:
        raise UsageError(f"unknown language {unknown[0]!r}: name the languages with --languages ar,id")
    counts = {tag: sum(len(row[side]) for row in pairs.rows) for side, tag in enumerate(tags)}
    empty = [tag for tag, count in counts.items() if not count]
    if empty:
        raise UsageError(f"the file has no text in {empty[0]}")
    return tags, imported_files.build_pair_files(tags, pairs), counts
