"""Stylesheets: the shared design, the project's own rules, and what each language of a book asks for.

Print gets custom properties as they are; for e-readers, which may know none, they are filled in here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bookbuild.document.fonts import Face
from bookbuild.document.templates import override, stylesheet
from bookbuild.languages.tables import script
from bookbuild.model.book import Language
from bookbuild.model.project import Project

BASE_URL = "http://book.invalid/"
"""Where layouts believe to be: no real host (RFC 2606), served by the writer from the book's own files."""


def face_rules(faces: Sequence[Face], folder: str, suffix: str = "") -> str:
    """Write @font-face rules; `folder` is where the files are, seen from the stylesheet; `suffix` their ending."""
    return "\n".join(
        f'@font-face {{ font-family: "{f.family}"; font-weight: {f.weight}; font-style: {f.style}; '
        f'src: url("{folder}{f.stem + suffix if suffix else f.file_name}") }}'
        for f in faces
    )


def emphasis_rules(language: Language, at: str, upright: str = "weight") -> list[str]:
    """Write how stress looks; `upright` is how in scripts without a slant: weight or overline."""
    if script(language.script).emphasis == "italic":
        return [f"em{at} {{ font-style: italic }}"]
    if upright == "overline":
        return [f"em{at} {{ font-style: normal; text-decoration: overline }}"]
    return [f"em{at} {{ font-style: normal; font-weight: bold }}"]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A stylesheet: its path for messages and its rules."""

    path: str
    css: str


def sheets(project: Project, slug: str, names: Sequence[str], *, extra: bool = True) -> list[Sheet]:
    """Give the stylesheets of these names, then the project's and the book's own book.css, where there is one."""
    found = [Sheet(*stylesheet(project, slug, name)) for name in names]
    if extra and override(project, slug, "book.css"):
        found.append(Sheet(*stylesheet(project, slug, "book.css")))
    return found
