"""Import files of any format into a book's folder: texts in plain text or Markdown, pictures, a table of pairs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bookbuild.book import write
from bookbuild.book.folder import order_languages
from bookbuild.book.new import check_known_tags, is_folder_name, make_slug
from bookbuild.book.readers import readers
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
from bookbuild.model.errors import Problems, SourceError, UsageError, describe_os_error, suggest_name
from bookbuild.model.findings import Finding, Place, escape_unprintable
from bookbuild.model.project import Project

_TextsByLanguage = dict[str, list[tuple[Path, ImportedText]]]
"""The files of each language, in order: one text, or one per chapter."""
_MAX_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import wrote and left out."""

    folder: str
    """Relative to the project, for messages."""
    paragraphs: dict[str, int]
    """The number of paragraphs and headings per language."""
    losses: tuple[str, ...]
    guessed: tuple[str, ...]
    """Files whose languages only their words support, for messages."""
    remarks: tuple[str, ...]
    """What else was found out, for messages."""
    even: bool
    """Whether all languages have equally many paragraphs in every chapter, or came paired."""


def import_texts(
    project: Project, files: Sequence[Path], slug: str, tags: Sequence[str] = (), *, over: bool = False
) -> ImportResult:
    """Write the texts of files into a book's folder, and return what was written.

    Languages come from `tags`, else from the names of the files, the files themselves, or their words. `over` allows
    replacing files. Raises UsageError if a name or language is wrong; SourceError if a file cannot be read or written.
    """
    _check_request(files, slug, tags)
    contents = [_read_content(path) for path in files]
    guessed: list[str] = []
    texts_or_pairs: _TextsByLanguage | ImportedPairs
    remarks: list[str] = []
    if all(path.suffix.lower() in subtitles.SUFFIXES for path in files):
        texts_or_pairs = _read_subtitles(files, contents, tags, guessed, remarks)
    else:
        texts_or_pairs = _read_files(files, contents, tags, guessed)
    if isinstance(texts_or_pairs, dict):
        texts_or_pairs = _find_headings(texts_or_pairs, remarks)
    if isinstance(texts_or_pairs, ImportedPairs):
        tags, files_to_write, counts = _render_pairs(texts_or_pairs)
        even = True
    else:
        tags = _order_tags(texts_or_pairs, tags, [str(path) for path in files])
        files_to_write, counts, even = _render_texts(texts_or_pairs)
    folder = project.source / slug
    outputs = dict(files_to_write.contents)
    if tags != order_languages(tags) and not (folder / "book.toml").exists():
        outputs |= imported_files.render_settings(tags)
    write.create_files(project, folder, outputs, replaced=_find_other_texts(folder, outputs), overwrite=over)
    return ImportResult(project.relative(folder), counts, files_to_write.losses, tuple(guessed), tuple(remarks), even)


def _order_tags(texts: _TextsByLanguage, tags: Sequence[str], names: list[str]) -> list[str]:
    ordered = list(tags if set(tags) == set(texts) else texts)
    if not tags and names == sorted(names):  # the shell may have sorted them: *.docx
        return order_languages(ordered)
    return ordered


def suggest_slug(files: Sequence[Path]) -> str:
    """Return a folder name for a book of these files: the words that all their names have, but no language's."""
    names = [re.split(r"[\s_.-]+", path.stem) for path in files] or [[]]
    shared = [word for word in names[0] if all(word in other for other in names)]
    return make_slug(" ".join(word for word in shared or names[0] if not language_names.find_column_tag(word)))


def _check_request(files: Sequence[Path], slug: str, tags: Sequence[str]) -> None:
    known = importers()
    if not files:
        raise UsageError(f"name the files to import; known kinds are {', '.join(sorted(known))}")
    for path in files:
        if path.suffix.lower() not in known:
            suggestion = find_advice(path.suffix.lower()) or suggest_name(path.suffix.lower(), sorted(known))
            raise UsageError(f"{escape_unprintable(path.name)} is of an unknown kind: {suggestion}")
    if not slug:
        raise UsageError("name the folder of the new book, for example --book letter")
    if not is_folder_name(slug):
        raise UsageError(
            f"{slug!r} cannot name a book's folder: use letters, digits and hyphens, for example nato-1954"
        )
    check_known_tags(tags)
    if len(set(tags)) != len(tags):
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


def _read_files(
    files: Sequence[Path], contents: Sequence[bytes], tags: Sequence[str], guessed: list[str]
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
            if isinstance(imported, ImportedText) and len(files) == 1:
                imported = pair_alternating(imported, tags) or imported
            if isinstance(imported, ImportedPairs):
                pairs = _append_pairs(pairs, imported, escape_unprintable(path.name)) if pairs else imported
                continue
            tag = tags[number] if named else _detect_tag(path, imported, tags, guessed, folders=folders)
            texts.setdefault(tag, []).append((path, imported))
    problems.raise_all()
    if pairs and texts:
        raise UsageError("files of one language and files of several cannot be imported together")
    if pairs:
        return pairs
    if len(texts) < 2:
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


def _find_other_texts(folder: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Return the texts of these languages that the folder already holds in another format, or as other chapters."""
    texts = [name for name in contents if Path(name).suffix.lower() in readers()]
    other_texts: list[Path] = []
    for tag in dict.fromkeys(Path(name).parts[0].removesuffix(Path(name).suffix) for name in texts):
        existing = [*folder.glob(f"{tag}.*"), *((folder / tag).iterdir() if (folder / tag).is_dir() else ())]
        existing_texts = [path for path in existing if path.suffix.lower() in readers() and path.is_file()]
        other_texts += sorted(path for path in existing_texts if path.relative_to(folder).as_posix() not in contents)
    return other_texts
