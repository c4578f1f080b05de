"""The codes, severities and places of problems with texts, configurations and outputs. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How serious a finding is."""

    ERROR = "error"
    """The book is not built."""
    WARNING = "warning"
    """The book is built; with --strict it is not."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands."""

    path: str
    """Relative to the project's root, with forward slashes; empty for the whole project."""
    line: int | None = None
    """Counted from 1; None where the whole file is meant."""

    def __str__(self) -> str:
        """Return path:line, which terminals and editors make clickable."""
        return self.path if self.line is None else f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of finding: stable, documented in docs/reference/findings.md."""

    name: str
    severity: Severity
    meaning: str


def _build_codes(*rows: tuple[str, str, str]) -> dict[str, Code]:
    return {name: Code(name, Severity(severity), meaning) for name, severity, meaning in rows}


CODES = _build_codes(
    ("P001", "error", "A book's folder has no texts, or fewer languages than a book needs."),
    ("P002", "error", "A text's file name is not a known language tag."),
    ("P003", "error", "A language has two texts, for example ar.txt and ar.md."),
    ("P004", "error", "The chapters of one language have no partner of the same name in another."),
    ("P005", "error", "A path leads out of the project."),
    ("P006", "warning", "A file in a book's folder is of an unknown format and was not read."),
    ("P007", "error", "A file cannot be read."),
    ("P008", "error", "The project has no source folder, or no book in it."),
    ("P009", "error", "An output cannot be written."),
    ("P010", "error", "A file or folder has a name that cannot be used."),
    ("P011", "error", "A file already exists."),
    ("X001", "error", "An optional library is not installed."),
    ("C001", "error", "book.toml is not valid TOML."),
    ("C002", "error", "book.toml has an unknown key."),
    ("C003", "error", "book.toml has a value that is not allowed."),
    ("C004", "error", "book.toml and the texts of the folder disagree about the languages."),
    ("T001", "error", "A text is not valid UTF-8."),
    ("T002", "error", "A text has a control character."),
    ("T003", "error", "A text is empty."),
    ("T004", "error", "A text is larger than this program accepts."),
    ("T005", "error", "A note is marked in the text but not given, or given but not marked."),
    ("T006", "error", "A link leads to something that neither paper nor an e-book can follow."),
    ("T007", "error", "A construct of Markdown is not supported here."),
    ("T008", "warning", "An image has no description."),
    ("T009", "error", "A file of another format cannot be read."),
    ("T010", "warning", "An equation cannot be set and is printed as LaTeX."),
    ("I001", "error", "An image is missing, of an unknown kind or damaged."),
    ("M001", "error", "A recording is damaged, of a kind that e-readers do not play, or belongs to no text."),
    ("M002", "error", "A timing file is missing, cannot be read, or does not fit the text."),
    ("A001", "error", "The languages have different numbers of paragraphs, or different kinds at one place."),
    ("A002", "warning", "The table of pairs is older than the texts; what changed was paired again."),
    ("A003", "error", "The table of pairs cannot be used."),
    ("A004", "error", "A file was changed by something else while it was worked on."),
    ("Q001", "warning", "A pair's sides are of lengths that do not fit."),
    ("Q002", "warning", "A number stands on one side of a pair only."),
    ("Q003", "warning", "The dates of a pair's sides name different months."),
    ("Q004", "warning", "A name stands on one side of a pair only."),
    ("Q005", "warning", "An address stands on one side of a pair only."),
    ("Q006", "warning", "A paragraph has no translation."),
    ("Q007", "warning", "Two languages say the same in the same words."),
    ("Q008", "warning", "A paragraph seems to be in another language than its text."),
    ("Q009", "warning", "A paragraph comes twice."),
    ("Q010", "warning", "A text has controls of direction."),
    ("Q011", "warning", "A text has letters in a fixed shape (presentation forms)."),
    ("Q012", "warning", "A text has stored strokes of lengthening (tatweel)."),
    ("Q013", "warning", "A text mixes the letters of Arabic and Persian."),
    ("Q014", "warning", "A bracket has no partner."),
    ("Q015", "warning", "A quotation mark has no partner."),
    ("Q016", "warning", "Words have vowel marks in one place and none in another."),
    ("F001", "error", "No chosen font has a character of the text."),
    ("F002", "error", "The renderer took a font that was not chosen."),
    ("F003", "error", "A font file is missing or damaged."),
    ("F004", "error", "A typeface could not be fetched."),
    ("L001", "error", "A layout (Jinja) is broken."),
    ("L002", "error", "A stylesheet is broken or asks for something outside the project."),
    ("O001", "error", "An output lacks text of the book."),
    ("O002", "error", "An output has text twice."),
    ("O003", "error", "An output has text in another order, or other text, than the book."),
    ("O004", "warning", "A line or box is wider than its place."),
    ("O005", "warning", "A row is torn at a page's foot and could not be kept whole."),
    ("O006", "error", "An output is not a sound file of its kind."),
    ("O007", "error", "An output draws a sign as nothing, or as another one."),
    ("O008", "error", "An output has text that is not seen."),
    ("O009", "warning", "Lines of a language are badly filled."),
    ("R001", "warning", "The renderer complained."),
    ("R002", "error", "The renderer failed."),
    ("R003", "error", "The renderer could not draw a picture."),
    ("R004", "error", "A piece of work took too long and was stopped."),
    ("R005", "error", "A process that worked on a book died."),
    ("R006", "error", "A piece of work needed more memory than it may have."),
    ("E001", "error", "EPUBCheck found an error."),
    ("E002", "warning", "EPUBCheck gave a warning."),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem, at one place, with what to do about it."""

    code: str
    """A key of CODES."""
    place: Place
    message: str
    """What is wrong, without a final full stop."""
    advice: str
    """What to do, without a final full stop."""

    @property
    def severity(self) -> Severity:
        """The severity that belongs to the code."""
        return CODES[self.code].severity

    def __str__(self) -> str:
        """Return one line: place, what is wrong, what to do, code."""
        where = f"{self.place}: " if self.place.path else ""
        text = f"{where}{self.message}: {self.advice} [{self.code}]"
        return " ".join(escape_unprintable(text).split())


def escape_unprintable(text: str) -> str:
    """Return the text with escapes for characters that would break a line or a terminal."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def select_blocking(findings: Iterable[Finding], *, strict: bool = False) -> tuple[Finding, ...]:
    """Return the findings that stop a build: errors, and with `strict` warnings too."""
    return tuple(f for f in findings if strict or f.severity is Severity.ERROR)
