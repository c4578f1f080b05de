"""Stylesheets as e-readers need them: custom properties filled in, what must not stand in an e-book reported."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bookbuild.document.fonts import Stack
from bookbuild.document.stylesheets import write_emphasis_rules
from bookbuild.languages.tables import find_setting
from bookbuild.model.book import Book, Language
from bookbuild.model.findings import Finding, Place

QUIET = 0.92
"""Size of a translation that stands back, of its own size: seen beside the original, and as easy to read."""

_NUMBER = 0.8
"""Size of a unit's number in ebook.css, in em."""
_BASE = 0.3
"""Half of what a face's ascent is more than its descent, in em, about the same in all faces."""


def write_ebook_rules(book: Book, stacks: Mapping[str, Stack], *, quiet: bool) -> str:
    """Write what each language needs on a screen, relative to the reader's own size.

    A language that has no stack is shown in the reader's own typeface.
    """
    kinds = zip(*(_write_language_rules(language, stacks) for language in book.languages), strict=True)
    # kind by kind: a rule with a weaker selector comes before stronger ones for the same elements
    rules = [rule for kind in kinds for rule in kind if rule]
    return "\n".join([*rules, f".translation {{ font-size: {QUIET}em }}" if quiet else ""])


def write_number_leading(book: Book, stacks: Mapping[str, Stack]) -> str:
    """Write the line height of a unit's number that puts it on the first base line of languages beside each other.

    A base line is half of the leading and some three tenths of the type's size below the top of its line.
    """
    firsts = []
    for language in book.languages:
        stack = stacks.get(language.tag)
        size, leading = find_setting(language.script, stack.families[0].name if stack else "").ebook
        firsts.append(size * (leading / 2 + _BASE))
    return f":root {{ --number-leading: {2 * (max(firsts) / _NUMBER - _BASE):.2f} }}"


def _write_language_rules(language: Language, stacks: Mapping[str, Stack]) -> list[str]:
    """Write the rules of one language: the same number for each, some of them empty."""
    stack = stacks.get(language.tag)
    how = find_setting(language.script, stack.families[0].name if stack else "")
    size, leading = how.ebook
    digits = "" if how.numeric == "normal" else f"; font-variant-numeric: {how.numeric}"
    hyphens = "" if how.hyphenate else "; -webkit-hyphens: none; -epub-hyphens: none; hyphens: none"
    at = f":lang({language.tag})"
    family = f"{at} {{ font-family: {stacks[language.tag].css}, serif{digits} }}" if language.tag in stacks else ""
    return [
        family,
        f".t{at} {{ font-size: {size}em; line-height: {leading}{hyphens} }}",
        f".item > .marker{at}, .note > .back{at} {{ font-size: {size}em; line-height: {leading} }}",
        f".heading .t{at} {{ font-size: calc({size}em * var(--size-heading)) }}",
        f".title-page .title{at} {{ font-size: calc({size}em * var(--size-title)) }}",
        f".title-page .subtitle{at} {{ font-size: calc({size}em * var(--size-subtitle)) }}",
        f".note .t{at}, .note > .back{at} {{ font-size: calc({size}em * var(--size-note)) }}",
        *write_emphasis_rules(language, at),
    ]


_DEEPEST = 20
"""Properties that name properties."""


_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)\s*\)")
_PRODUCT = re.compile(r"calc\(\s*([\d.]+)(\w*)\s*\*\s*([\d.]+)\s*\)")


def _expand_property(values: Mapping[str, str], name: str, inside: frozenset[str] = frozenset()) -> str:
    """Return the value of a custom property; one that names itself, or nothing known, has none."""
    if name not in values or name in inside or len(inside) > _DEEPEST:
        return ""
    return _VARIABLE.sub(lambda m: _expand_property(values, m[1], inside | {name}), values[name][:1000])


def _find_values(css: str) -> dict[str, str]:
    return dict(re.findall(r"(--[\w-]+)\s*:\s*([^;}]+?)\s*[;}]", css))


def fill_in_properties(css: str) -> str:
    """Fill in custom properties and products, and drop definitions: old e-readers reject rules with var() or calc()."""
    values = _find_values(css)
    css = _VARIABLE.sub(lambda m: _expand_property(values, m[1]), css)
    css = _PRODUCT.sub(lambda m: f"{float(m[1]) * float(m[3]):.2f}{m[2]}", css)
    css = re.sub(r":root\s*\{[^}]*\}", "", css)
    return re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL).strip() + "\n"


_FORBIDDEN_IN_EPUB = frozenset({"direction", "unicode-bidi"})


def find_properties(css: str) -> frozenset[str]:
    """Return the names of the custom properties that have a value, and do not name themselves."""
    values = _find_values(css)
    return frozenset(name for name in values if _expand_property(values, name).strip())


def close_rules(css: str) -> str:
    """Write a stylesheet again, so that what its author left open is closed; comments are left out."""
    import tinycss2

    return str(tinycss2.serialize(tinycss2.parse_stylesheet(css, skip_comments=True)))


def check_sheet(path: str, css: str, defined: frozenset[str]) -> list[Finding]:
    """Report what must not stand in an e-book's stylesheet: direction (EPUB 3.3, 6.3.1.3), other files, slips."""
    import tinycss2

    try:
        nodes = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
        return [
            Finding("L002", Place(path, line), *message_and_advice)
            for line, message_and_advice in _find_unfit(nodes, defined)
        ]
    except RecursionError:
        return [Finding("L002", Place(path), "the stylesheet is nested too deeply", "fix or delete it")]


def _find_unfit(nodes: Sequence[Any], defined: frozenset[str]) -> Iterator[tuple[int, tuple[str, str]]]:
    """Return line, message and advice for what is unfit, also in @media and other nested rules."""
    import tinycss2

    for node in nodes:
        if node.type == "error":
            yield node.source_line, (f"the stylesheet is broken ({node.message})", "fix or delete the rule")
        elif node.type == "declaration":
            if node.lower_name in _FORBIDDEN_IN_EPUB:
                message = f"{node.lower_name} must not stand in an e-book's stylesheet"
                yield node.source_line, (message, "delete it: direction comes from the language")
            if not [token for token in node.value if token.type != "whitespace"]:
                yield node.source_line, (f"{node.name} has no value", "write one or delete the rule")
            for token in node.value:
                if token.type == "error":
                    yield token.source_line, (f"the stylesheet is broken ({token.message})", "fix the rule")
                if token.type == "function" and token.lower_name == "var":
                    name = next((t.value for t in token.arguments if t.type == "ident"), "")
                    if name not in defined:
                        yield token.source_line, (f"{name or 'a property'} has no value", "define it in design.css")
                if token.type == "url" or (token.type == "function" and token.lower_name == "url"):
                    message = "the stylesheet names another file, which the e-book has not"
                    yield token.source_line, (message, "take the rule out")
        elif node.type == "at-rule" and node.lower_at_keyword == "import":
            yield node.source_line, ("the stylesheet imports another one", "copy its rules here")
        elif node.type in {"qualified-rule", "at-rule"}:
            if node.type == "qualified-rule" and all(token.type == "whitespace" for token in node.prelude):
                yield node.source_line, ("a rule does not say what it is for", "write a selector before the {")
            for token in node.prelude:
                if token.type == "error":
                    yield token.source_line, (f"the stylesheet is broken ({token.message})", "fix the rule")
            if node.content:
                yield from _find_unfit(tinycss2.parse_blocks_contents(node.content), defined)
