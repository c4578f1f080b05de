"""What `new` needs: options first, then answers to questions where somebody is there to answer."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from bookbuild.book.new import check_book_tags, check_slug, make_slug, split_languages
from bookbuild.languages import tables
from bookbuild.model.characters import decode_text
from bookbuild.model.errors import BookbuildError, SourceError, UsageError, describe_os_error
from bookbuild.model.findings import Finding, Place, escape_unprintable
from bookbuild.model.project import Project

_Answer = TypeVar("_Answer")
Answers = tuple[str, tuple[str, ...], Mapping[str, str], Mapping[str, str]]
"""All that a new book needs: the name of its folder, its languages, titles and texts."""


def ask_missing(project: Project, book: str, tags: str, title: str, texts: str) -> Answers:
    """Return what options say, and ask for the rest if this is a terminal.

    Raises UsageError if something is missing or wrong.
    """
    person = sys.stdin is not None and sys.stdin.isatty()
    chosen = _ask_languages(tags, person=person)
    given = [part.strip() for part in title.split("|")] if title else []
    if len(given) > len(chosen):
        raise UsageError(f"--title has {len(given)} titles for {len(chosen)} languages: separate them by |")
    titles = {tag: text for tag, text in zip(chosen, given, strict=False) if text}
    if person and not title:
        titles = {tag: text for tag in chosen if (text := _ask(f"Title in {_name_language(tag)} (Enter for none): "))}
    files = [part.strip() for part in texts.split(",") if part.strip()]
    if files and len(files) != len(chosen):
        raise UsageError(f"--texts has {len(files)} files for {len(chosen)} languages: name one per language")
    contents = {tag: _read_text(name) for tag, name in zip(chosen, files, strict=False)}
    if person and not files:
        questions = {tag: f"File with the text in {_name_language(tag)} (Enter to paste it later): " for tag in chosen}
        contents = {tag: _ask_until(question, _read_text) for tag, question in questions.items()}
    slug = book or make_slug(next(iter(titles.values()), ""))
    if person and not book:
        likely = slug or "my-book"
        slug = _ask_until(f"Name of the folder [{likely}]: ", lambda answer: check_slug(project, answer or likely))
    if not slug:
        raise UsageError("how shall the book's folder be named? Say --book NAME")
    return check_slug(project, slug), chosen, titles, contents


def _ask_languages(tags: str, *, person: bool) -> tuple[str, ...]:
    if not tags and not person:
        raise UsageError("which languages? Say --languages ar,id")
    if tags:
        return check_book_tags(split_languages(tags))
    question = "Languages, the original first (for example ar, id, or Arabic, Indonesian): "
    return _ask_until(question, lambda answer: check_book_tags(split_languages(answer)))


def _ask_until(question: str, convert: Callable[[str], _Answer]) -> _Answer:
    """Ask until the answer is a good one; what is wrong with another one is said, and earlier answers stay."""
    while True:
        answer = _ask(question)
        try:
            return convert(answer)
        except BookbuildError as error:
            sys.stdout.write(f"{error}\n")


def confirm(question: str) -> bool:
    """Ask a question that Enter answers with yes; nobody is asked where this is no terminal, and the answer is no."""
    if sys.stdin is None or not sys.stdin.isatty():
        return False
    return _ask(f"{question} [Y/n] ").casefold() in {"", "y", "yes", "ya", "نعم"}


def _name_language(tag: str) -> str:
    language = tables.find_language(tag)
    return language.name if language else tag


def _ask(question: str) -> str:
    try:
        return input(question).strip()
    except EOFError:
        raise UsageError("the answers ended too early: give them as options, see --help new") from None


def _read_text(name: str) -> str:
    """Return the text of a file; none without a name."""
    if not name:
        return ""
    path = Path(name.strip("\"'")).expanduser()
    shown = escape_unprintable(str(path))
    if path.suffix.lower() not in {"", ".txt", ".md"}:
        raise UsageError(f"{shown} is not plain text: make the book from all of its files at once, by invoke import")
    try:
        return decode_text(path.read_bytes(), shown)
    except OSError as error:
        reason = describe_os_error(error)
        finding = Finding("P007", Place(shown), f"cannot be read ({reason})", "check its name and rights")
        raise SourceError([finding]) from None
