"""Typefaces: where they are, which characters they have, and which of them a book needs.

The machine's own fonts are never used: families come from the pinned font packages and from styles/fonts/.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

from bookbuild.document.font_files import find_characters, find_placeholders, open_shaper
from bookbuild.languages.tables import find_download, find_free_faces, find_preferred_faces, find_script
from bookbuild.model.book import Language
from bookbuild.model.characters import is_ignorable
from bookbuild.model.errors import SourceError, suggest_name
from bookbuild.model.findings import Finding, Place
from bookbuild.model.project import Project, is_usable_name, read_file, unreadable_error
from bookbuild.work.optional import install_command

_LIKE = {"\u00a0": " ", "\u202f": " ", "\u2011": "-"}
"""Characters that HarfBuzz draws with another one's glyph."""


@dataclass(frozen=True, slots=True)
class Face:
    """One font file, or one static instance of a variable one."""

    family: str
    weight: int
    style: str
    """normal or italic."""
    path: Path
    licence: str
    """SPDX identifier or empty."""
    instance: bool = False
    """Whether the file is variable, so that `weight` has to be cut out of it."""

    @property
    def file_name(self) -> str:
        """A name for URLs and e-books, of letters, digits and hyphens."""
        return self.stem + (".otf" if self.path.suffix.lower() == ".otf" else ".ttf")

    @property
    def stem(self) -> str:
        """That name without its extension."""
        slant = "Italic" if self.style == "italic" else ""
        plain = "".join(c for c in self.family if c.isascii() and c.isalnum())
        if plain != self.family.replace(" ", ""):  # another alphabet: two families must not share a name
            plain += hashlib.sha256(self.family.encode()).hexdigest()[:8]
        return f"{plain}-{self.weight}{slant}"


@dataclass(frozen=True, slots=True)
class Family:
    """The faces of one typeface."""

    name: str
    faces: tuple[Face, ...]

    def face(self, weight: int, style: str = "normal") -> Face:
        """Return the face nearest to what is asked for; an upright one where there is no italic."""
        wanted = [f for f in self.faces if f.style == style] or list(self.faces)
        return min(wanted, key=lambda f: (abs(f.weight - weight), f.weight))


@cache
def find_packaged_families() -> dict[str, Family]:
    """Return the families of the font packages, by name."""
    import fontpkg

    families_by_name = {}
    for family in map(fontpkg.family, fontpkg.families()):
        faces = [
            Face(family.name, weight, file.style, file.path, family.license, instance=bool(file.variable))
            for file in family.files
            for weight in ((400, 700) if file.variable else (file.weight,))
        ]
        families_by_name[family.name] = Family(family.name, tuple(sorted(faces, key=lambda f: (f.weight, f.style))))
    for name, weight, package, file in (
        ("Noto Sans CJK JP", 400, "noto_cjk_sans_jp_regular", "NotoSansCJKjp-Regular.otf"),
        ("Noto Sans CJK JP", 700, "noto_cjk_sans_jp_bold", "NotoSansCJKjp-Bold.otf"),  # of the extra `fonts`
        ("Noto Sans Symbols 2", 400, "bookbuild.document.faces", "NotoSansSymbols2-Regular.ttf"),
    ):
        if find_spec(package) is not None:
            face = Face(name, weight, "normal", Path(str(files(package) / file)), "OFL-1.1")
            others = families_by_name[name].faces if name in families_by_name else ()
            families_by_name[name] = Family(name, (*others, face))
    return families_by_name


def find_families(project: Project) -> dict[str, Family]:
    """Return the families of the packages and of styles/fonts/, by name; the project's own win.

    Raises SourceError for a file that is no font.
    """
    own_families: dict[str, list[Face]] = {}
    findings: list[Finding] = []
    folder = project.styles / "fonts"
    try:
        paths = sorted(folder.iterdir()) if folder.is_dir() else []
    except OSError as error:
        raise unreadable_error(project, folder, error) from None
    for path in paths:
        if path.suffix.lower() in {".ttf", ".otf"}:
            try:
                face = _open_own_face(project, path)
            except SourceError as error:
                findings += error.findings
            else:
                own_families.setdefault(face.family, []).append(face)
    if findings:
        raise SourceError(findings)
    return {**find_packaged_families(), **{name: Family(name, tuple(faces)) for name, faces in own_families.items()}}


def _open_own_face(project: Project, path: Path) -> Face:
    from fontTools.ttLib import TTFont

    data = read_file(project, path)
    try:
        font = TTFont(io.BytesIO(data), lazy=True)
        if font.flavor or not font.getBestCmap() or not (font["hhea"].ascent and font["head"].unitsPerEm):
            raise KeyError("no TTF or OTF, or a table is missing")
        names = font["name"]
        family = names.getDebugName(16) or names.getDebugName(1) or path.stem
        weight = int(font["OS/2"].usWeightClass)
        italic = bool(font["OS/2"].fsSelection & 1)
        if not is_usable_name(family) or set(family) & set("\"\\'{};<>"):
            raise ValueError("its name has characters that a stylesheet cannot hold")
    except Exception as error:  # noqa: BLE001 - fontTools raises whatever a damaged table makes it meet
        place = Place(project.relative(path))
        message = f"this is not a font that can be used ({str(error) or type(error).__name__})"
        raise SourceError([Finding("F003", place, message, "replace it by a sound TTF or OTF file")]) from None
    return Face(family, weight, "italic" if italic else "normal", path, "", instance="fvar" in font)


@cache
def measure_vertically(face: Face) -> tuple[float, float]:
    """Return ascent and descent of a face, in em, both positive, as HarfBuzz and so Pango take them."""
    import uharfbuzz

    shaper = open_shaper(face.path)
    extents = uharfbuzz.Font(shaper).get_font_extents("ltr")
    return extents.ascender / shaper.upem, -extents.descender / shaper.upem


@cache
def measure_x_height(face: Face) -> float:
    """Return the height of the letter x, in em; 0 for a face without it."""
    import uharfbuzz

    shaper = open_shaper(face.path)
    font = uharfbuzz.Font(shaper)
    glyph = font.get_nominal_glyph(ord("x"))
    return float(font.get_glyph_extents(glyph).y_bearing / shaper.upem) if glyph else 0.0


def measure_word(face: Face, word: str, *, size: float) -> float:
    """Return the width of a word as HarfBuzz shapes it, in pt at a size in pt."""
    import uharfbuzz

    shaper = open_shaper(face.path)
    buffer = uharfbuzz.Buffer()
    buffer.add_str(word)
    buffer.guess_segment_properties()
    uharfbuzz.shape(uharfbuzz.Font(shaper), buffer)
    advance: int = sum(position.x_advance for position in buffer.glyph_positions)
    return float(advance * size / shaper.upem)


@cache
def read_face(face: Face) -> bytes:
    """Return the bytes of a face; of a variable file, the static instance of its weight."""
    data = face.path.read_bytes()
    if not face.instance:
        return data
    import uharfbuzz

    # fontTools takes 11 s for a face that HarfBuzz does in 0.1 s
    font = uharfbuzz.Face(uharfbuzz.Blob(data))
    pinned = uharfbuzz.SubsetInput()
    pinned.keep_everything()
    pinned.pin_all_axes_to_default(font)
    for axis in font.axis_infos:
        if axis.tag == "wght":
            pinned.pin_axis_location(font, "wght", min(max(face.weight, axis.min_value), axis.max_value))
    instance: bytes = uharfbuzz.subset(font, pinned).blob.data
    return instance


def forget_fonts() -> None:
    """Forget all that was read of font files, because some of them changed."""
    for known in (find_characters, find_placeholders, open_shaper, measure_vertically, read_face):
        known.cache_clear()


@dataclass(frozen=True, slots=True)
class Stack:
    """The families of one language, in the order in which a character is looked for."""

    language: Language
    families: tuple[Family, ...]

    @property
    def css(self) -> str:
        """The value of font-family."""
        return ", ".join(f'"{f.name}"' for f in self.families)

    def find_missing(self, text: Iterable[str]) -> list[str]:
        """Return the characters that no family of the stack has."""
        return [c for c in text if not is_ignorable(c) and c not in "\n\t" and self.find_family(c) is None]

    def find_family(self, char: str) -> Family | None:
        """Return the family that will draw a character."""
        for family in self.families:
            known = find_characters(family.face(400).path)
            if ord(char) in known or ord(_LIKE.get(char, char)) in known:
                return family
        return None


def choose_stack(language: Language, known: Mapping[str, Family], wanted: str | None, place: Place) -> Stack:
    """Choose the families of a language: book.toml's, those it is read in, the script's, then all others by name.

    Raises SourceError if book.toml names an unknown family, or if there is none at all.
    """
    names = [*find_preferred_faces(language), *find_script(language.script).fonts]
    if wanted is not None:
        if wanted not in known:
            advice = f"{suggest_name(wanted, list(known))}; or put its files into styles/fonts/"
            raise SourceError(
                [Finding("C003", place, f"fonts.{language.tag} is {wanted!r}, which is not there", advice)]
            )
        names.insert(0, wanted)
    chosen = dict.fromkeys([*names, *sorted(known)])
    return Stack(language, tuple(known[name] for name in chosen if name in known))


def suggest_font(char: str) -> str:
    """Say which font to add for a character that no chosen font has."""
    from fontTools import unicodedata as scripts

    script = scripts.script(char)
    if script in {"Zinh", "Zzzz"}:
        return ANY_FONT
    families, package = find_free_faces(script, scripts.script_name(script).replace("_", " "))
    if fetched := next(filter(find_download, families), None):
        return f'fetch {fetched}: invoke fonts --get "{fetched}"'
    names = " or ".join(families)
    files = f"put the files of {names} into styles/fonts/ (they are free at fonts.google.com)"
    return f"install {names}: {install_command([package])}; or {files}" if package else files


ANY_FONT = "put a font that has it into styles/fonts/, or replace the character"
"""What is said of characters that no typeface is known for."""
