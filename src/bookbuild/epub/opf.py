"""What the package document says of an e-book: titles, people, languages, accessibility. True facts only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from bookbuild.document.document import Document
from bookbuild.document.editions import Arrangement
from bookbuild.languages.tables import NUMBERING_SYSTEMS
from bookbuild.model.inline import Image, walk

MARC = {
    "author": "aut",
    "translator": "trl",
    "editor": "edt",
    "illustrator": "ill",
    "narrator": "nrt",
    "contributor": "ctb",
}
"""Role to MARC relator code."""
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_CONFORMANCE = "EPUB Accessibility 1.1 - WCAG 2.2 Level AA"


@dataclass(frozen=True, slots=True)
class Facts:
    """What only the making of an e-book knows."""

    identifier: str
    generator: str
    print_identifier: str = ""
    """Of the printed edition whose pages are marked; empty if none are."""
    typefaces: bool = False
    """Whether typefaces are in the file; Apple Books ignores them unless this is set."""
    certified_by: str = ""
    active_class: str = ""
    """Of what is being read aloud; empty without audio."""
    seconds: float = 0.0
    """Of all audio."""


def describe_book(book: Any, document: Document, facts: Facts) -> None:
    """Fill the metadata of an EpubBook."""
    book.metadata.clear()
    book.prefixes.clear()
    book.set_identifier(facts.identifier)
    book.language = document.languages[0].tag
    _add_titles(book, document)
    for language in document.languages:
        book.add_metadata("DC", "language", language.tag)
    _add_people(book, document)
    _add_subjects(book, document)
    if facts.typefaces:
        book.prefixes.append("ibooks: http://vocabulary.itunes.apple.com/rdf/ibooks/vocabulary-extensions-1.0/")
        book.add_metadata(None, "meta", "true", {"property": "ibooks:specified-fonts"})
    if facts.print_identifier:
        book.add_metadata(None, "meta", facts.print_identifier, {"property": "pageBreakSource"})
    _add_accessibility(book, document, facts)
    book.add_metadata(None, "meta", "", {"name": "cover", "content": "cover-image"})
    book.add_metadata(None, "meta", "", {"name": "generator", "content": facts.generator})


def _refine(identifier: str, name: str) -> dict[str, str]:
    return {"refines": f"#{identifier}", "property": name}


def _add_titles(book: Any, document: Document) -> None:
    subtitles = document.localized(document.book.metadata.subtitle)
    # the titles after the first are the same in other languages, for which there is no type
    titles = [(f"t{n}", "main" if n == 1 else "", *title) for n, title in enumerate(document.titles, 1)]
    titles += [(f"s{n}", "subtitle", *subtitle) for n, subtitle in enumerate(subtitles, 1)]
    for number, (identifier, kind, language, title) in enumerate(titles, 1):
        attributes = {"id": identifier, XML_LANG: language.tag, "dir": language.direction}
        book.add_metadata("DC", "title", title, attributes)
        if kind:
            book.add_metadata(None, "meta", kind, _refine(identifier, "title-type"))
        book.add_metadata(None, "meta", str(number), _refine(identifier, "display-seq"))


def _add_people(book: Any, document: Document) -> None:
    for number, creator in enumerate(document.book.metadata.creators, 1):
        names = document.localized(creator.name)
        if not names:  # in a language that this edition leaves out
            continue
        language, name = names[0]
        attributes = {"id": f"c{number}", XML_LANG: language.tag, "dir": language.direction}
        book.add_metadata("DC", "creator" if creator.role == "author" else "contributor", name, attributes)
        role = {**_refine(f"c{number}", "role"), "scheme": "marc:relators"}
        book.add_metadata(None, "meta", MARC[creator.role], role)
        if creator.sort:
            book.add_metadata(None, "meta", creator.sort, _refine(f"c{number}", "file-as"))
        for other, alternate in names[1:]:
            script = {**_refine(f"c{number}", "alternate-script"), XML_LANG: other.tag}
            book.add_metadata(None, "meta", alternate, script)


def _add_subjects(book: Any, document: Document) -> None:
    meta = document.book.metadata
    for name, texts in (("description", meta.description), ("rights", meta.rights), ("source", meta.source)):
        for language, text in document.localized(texts):
            attributes = {XML_LANG: language.tag, "dir": language.direction}
            book.add_metadata("DC", name, text, {} if name == "source" else attributes)
    for subject in meta.subjects:
        book.add_metadata("DC", "subject", subject)
    for name, said in (("publisher", meta.publisher), ("date", meta.date)):
        if said:
            book.add_metadata("DC", name, said)
    if meta.level:
        book.add_metadata(None, "meta", meta.level, {"property": "schema:educationalLevel"})
    for number, (language, name) in enumerate(document.localized(meta.series), 1):
        identifier = f"series{number}"
        attributes = {"id": identifier, XML_LANG: language.tag, "dir": language.direction}
        book.add_metadata(None, "meta", name, {"property": "belongs-to-collection", **attributes})
        book.add_metadata(None, "meta", "series", _refine(identifier, "collection-type"))
        position = meta.volume.translate({ord(d): str(n) for s in NUMBERING_SYSTEMS.values() for n, d in enumerate(s)})
        if re.fullmatch(r"[0-9]+(\.[0-9]+)*", position):
            book.add_metadata(None, "meta", position, _refine(identifier, "group-position"))


def _add_accessibility(book: Any, document: Document, facts: Facts) -> None:
    """Say what is true of the book (schema.org accessibility properties, EPUB Accessibility 1.1)."""
    pictures = [i for u in document.book.units() for b in u.blocks for i in walk(b.content) if isinstance(i, Image)]
    described = all(picture.alt for picture in pictures)
    modes = ["textual", *(["visual"] if pictures else []), *(["auditory"] if facts.active_class else [])]
    features = ["structuralNavigation", "tableOfContents", "readingOrder", "displayTransformability"]
    features += ["alternativeText"] if described else []
    features += ["MathML"] if document.has_equations else []
    features += ["pageBreakMarkers", "pageNavigation"] if facts.print_identifier else []
    features += ["synchronizedAudioText"] if facts.active_class else []
    for mode in modes:
        book.add_metadata(None, "meta", mode, {"property": "schema:accessMode"})
    if described:
        book.add_metadata(None, "meta", "textual", {"property": "schema:accessModeSufficient"})
    for feature in features:
        book.add_metadata(None, "meta", feature, {"property": "schema:accessibilityFeature"})
    book.add_metadata(None, "meta", "none", {"property": "schema:accessibilityHazard"})
    summary = "summary"
    if document.edition.arrangement is Arrangement.NOTES:
        summary = "summary_popup"
    elif len(document.languages) == 1:
        summary = "summary_one"
    for language in document.languages:
        spoken = document.words_language(language)
        attributes = {"property": "schema:accessibilitySummary", XML_LANG: spoken.tag, "dir": spoken.direction}
        book.add_metadata(None, "meta", document.words(language)[summary], attributes)
    if facts.certified_by:
        book.add_metadata(None, "meta", _CONFORMANCE, {"property": "dcterms:conformsTo", "id": "conformance"})
        book.add_metadata(None, "meta", facts.certified_by, _refine("conformance", "a11y:certifiedBy"))
    if facts.active_class:
        book.add_metadata(None, "meta", f"{facts.seconds:.3f}s", {"property": "media:duration"})
        book.add_metadata(None, "meta", facts.active_class, {"property": "media:active-class"})
        for creator in document.book.metadata.creators:
            for language, name in document.localized(creator.name)[:1] if creator.role == "narrator" else ():
                attributes = {"property": "media:narrator", XML_LANG: language.tag, "dir": language.direction}
                book.add_metadata(None, "meta", name, attributes)
