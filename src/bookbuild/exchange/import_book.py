"""Files of any format in, a book's folder out: texts in plain text or Markdown, pictures, a table of pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bookbuild.book import write
from bookbuild.book.folder import default_order
from bookbuild.book.new import is_folder_name, known_tags
from bookbuild.book.readers import readers
from bookbuild.exchange import files as imported_files
from bookbuild.exchange.file_languages import language_of
from bookbuild.exchange.files import Files
from bookbuild.exchange.importing import Asked, Pairs, Text, importers
from bookbuild.exchange.importing.other_kinds import advice
from bookbuild.exchange.importing.subtitles import SUFFIXES as SUBTITLES
from bookbuild.exchange.importing.subtitles import cues, paired, speakers
from bookbuild.languages import names as language_names
from bookbuild.languages import tables
from bookbuild.model.book import Block
from bookbuild.model.errors import SourceError, UsageError, describe_os_error, did_you_mean
from bookbuild.model.findings import Finding, Place, printable
from bookbuild.model.project import Project

_Texts = dict[str, list[tuple[Path, Text]]]
"""Language to its files, in order: a text, or chapters."""
_LARGEST = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of an import."""

    folder: str
    """For messages."""
    paragraphs: dict[str, int]
    """Language to paragraphs and headings."""
    losses: tuple[str, ...]
    guessed: tuple[str, ...]
    """Files whose languages were found out, for messages."""
    even: bool
    """Whether all languages have as many paragraphs in every chapter, or it is known what belongs together."""


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
    names = [str(path) for path in files]
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
            near = advice(path.suffix.lower()) or did_you_mean(path.suffix.lower(), sorted(known))
            raise UsageError(f"{printable(path.name)} is of a kind that is not known: {near}")
    if not slug:
        raise UsageError("say the name of the book's folder, which is made, for example --book letter")
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
        reason = describe_os_error(error)
        place = Place(printable(str(path)))
        raise SourceError([Finding("P007", place, f"cannot be read ({reason})", "check its name and rights")]) from None


def _read(files: Sequence[Path], contents: Sequence[bytes], tags: Sequence[str], guessed: list[str]) -> _Texts | Pairs:
    texts: _Texts = {}
    rows: list[tuple[Block | None, ...]] = []
    pairs: Pairs | None = None
    problems: list[Finding] = []
    folders = len({path.parent for path in files}) > 1
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
        tag = tags[number] if len(tags) == len(files) else _tag(path, found, tags, guessed, folders=folders)
        texts.setdefault(tag, []).append((path, found))
    if problems:
        raise SourceError(problems)
    if pairs and texts:
        raise UsageError("files of one language and files of several cannot be imported together")
    if pairs:
        return pairs
    if len(texts) < 2:
        only = next(iter(texts))
        advice = "give a file of another one, or say what they are with --languages, for example --languages ar,id"
        raise UsageError(
            f"a book needs two languages, and there is {only} alone, by the names and words of files: {advice}"
        )
    return texts


def _tag(path: Path, text: Text, tags: Sequence[str], guessed: list[str], *, folders: bool) -> str:
    """Give a file's language; its folder's name may say it if there are several folders."""
    words = " ".join(block.text for block in text.blocks)
    told = language_of(path.stem, path.absolute().parent.name if folders else "", text.language, words, tags)
    if told.guessed:
        guessed.append(f"{printable(path.name)} is {told.tag}")
    return told.tag


def _subtitles(files: Sequence[Path], contents: Sequence[bytes], tags: Sequence[str], guessed: list[str]) -> Pairs:
    sides = [cues(path, data, printable(path.name)) for path, data in zip(files, contents, strict=True)]
    own = []
    losses = []
    for number, (path, side) in enumerate(zip(files, sides, strict=True)):
        if len(tags) == len(files):
            own.append(tags[number])
        else:
            blocks = tuple(b for row in paired([side]) for b in row if b)
            own.append(_tag(path, Text(blocks), tags, guessed, folders=False))
    if len(set(own)) != len(own):
        raise UsageError(f"two files are of one language ({', '.join(own)}): name them with --languages")
    for tag, path, data in zip(own, files, contents, strict=True):
        if names := speakers(data, printable(path.name)):
            losses.append(f"{tag}: the names of speakers ({', '.join(names)[:60]})")
    return Pairs(tuple(own), paired(sides), losses=tuple(losses))


def _write_texts(
    project: Project, slug: str, texts: _Texts, ordered: list[str], guessed: list[str], *, over: bool
) -> Imported:
    counts = {tag: len(found) for tag, found in texts.items()}
    if len(set(counts.values())) > 1:
        said = ", ".join(f"{count} of {tag}" for tag, count in counts.items())
        raise UsageError(
            f"the files are {said}: give a file of each language, or as many chapters of each; "
            "name their languages with --languages if they were found wrongly"
        )
    chapters = imported_files.chapter_names([[path.stem for path, _ in found] for found in texts.values()])
    files = imported_files.of_texts({tag: [text for _, text in found] for tag, found in texts.items()}, chapters)
    lengths = {tag: [len(text.blocks) for _, text in found] for tag, found in texts.items()}
    even = len({tuple(found) for found in lengths.values()}) == 1
    return _written(
        project, slug, ordered, files, {tag: sum(n) for tag, n in lengths.items()}, guessed, over=over, even=even
    )


def _write_pairs(project: Project, slug: str, pairs: Pairs, guessed: list[str], *, over: bool) -> Imported:
    tags = [language_names.likely(tag) or tag for tag in pairs.languages]
    unknown = [tag for tag in tags if tables.language(tag) is None]
    if unknown:
        raise UsageError(f"{unknown[0]!r} is no language that is known: name the languages with --languages ar,id")
    counts = {tag: sum(row[side] is not None for row in pairs.rows) for side, tag in enumerate(tags)}
    empty = [tag for tag, count in counts.items() if not count]
    if empty:
        raise UsageError(f"the file has no text in {empty[0]}")
    return _written(project, slug, tags, imported_files.of_pairs(tags, pairs), counts, guessed, over=over, even=True)


def _other_texts(folder: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Give the texts that a folder has already of the same languages: in another form, or as other chapters."""
    texts = [name for name in contents if Path(name).suffix.lower() in readers()]
    found: list[Path] = []
    for tag in dict.fromkeys(Path(name).parts[0].removesuffix(Path(name).suffix) for name in texts):
        there = [*folder.glob(f"{tag}.*"), *((folder / tag).iterdir() if (folder / tag).is_dir() else ())]
        texts_there = [path for path in there if path.suffix.lower() in readers() and path.is_file()]
        found += sorted(path for path in texts_there if path.relative_to(folder).as_posix() not in contents)
    return found


def _written(
    project: Project,
    slug: str,
    ordered: list[str],
    files: Files,
    counts: dict[str, int],
    guessed: list[str],
    *,
    over: bool,
    even: bool,
) -> Imported:
    folder = project.source / slug
    contents = dict(files.contents)
    if ordered != default_order(ordered) and not (folder / "book.toml").exists():
        contents |= imported_files.settings(ordered)
    write.new_files(project, folder, contents, instead=_other_texts(folder, contents), over=over)
    return Imported(project.relative(folder), counts, files.losses, tuple(guessed), even)
