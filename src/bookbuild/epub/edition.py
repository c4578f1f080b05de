"""An e-book from start to end: options, typefaces, documents, bytes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from bookbuild.book import recordings
from bookbuild.book.config.ebook import EbookTable
from bookbuild.book.recordings import Recording
from bookbuild.checks import epub as epub_check
from bookbuild.document import rows, templates, typefaces
from bookbuild.document.document import Document, Row
from bookbuild.document.editions import Arrangement, Edition
from bookbuild.document.font_subsets import cut_down_face
from bookbuild.document.fonts import read_face
from bookbuild.document.outputs import BuildContext, Output
from bookbuild.document.stylesheets import write_face_rules
from bookbuild.document.templates import GENERATOR
from bookbuild.document.typefaces import Typefaces
from bookbuild.epub import cover, css, overlays, package
from bookbuild.epub import fonts as ebook_fonts
from bookbuild.epub import images as ebook_images
from bookbuild.epub.contents import PageTarget, build_contents, measure_depth
from bookbuild.epub.facts import find_publication_date, identify_ebook, identify_printed_source
from bookbuild.epub.files import File, split_into_files
from bookbuild.epub.opf import Facts
from bookbuild.epub.package import Part
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding
from bookbuild.pdf import page_starts
from bookbuild.pdf.page_starts import PageMarks


def make_epub(context: BuildContext, edition: Edition) -> Output:
    """Make the e-book of an edition, with the page numbers of the printed edition that it refers to.

    What was made of the same before is taken from the cache.
    Raises SourceError with characters that no typeface has, broken layouts and stylesheets, unfit recordings.
    """
    source = context.source
    options = context.ebook_options(edition)
    shown = context.show(edition)
    pages = context.pages.get(options.pages, ())
    sounds = recordings.read_recordings(context.project, source, context.book)
    if sounds and options.granularity == "sentence":
        place = source.toml.place("ebook", "granularity")
        message = "the e-book is read aloud by paragraphs, whose times the recordings tell"
        raise SourceError([Finding("C003", place, message, 'take granularity = "sentence" out')])
    placed = page_starts.place_page_marks(shown.book, edition.arrangement, shown.places.pages_by_sentence(pages))
    document = rows.build_document(
        shown.book,
        edition,
        ebook_images.fit_pictures(context.images),
        letters=source.config.print.list_markers == "letters",
        extra=placed.extra,
        keep=context.keep,
    )
    chosen = typefaces.choose_typefaces(context.project, document, source.config, source.toml)
    identifier = identify_ebook(source, context.book, edition)
    spoken = {key: sound for key, sound in sounds.items() if key[1] in {one.tag for one in document.languages}}
    making = _EpubBuilder(context, document, options, chosen, placed, identifier, spoken)
    face, complaints = cover.make_cover(context, document, chosen, making.common)
    texts = list(making.parts())
    parts = [*face, *texts, *making.styles(), *making.media(), *making.fonts(texts)]
    facts = Facts(
        identifier,
        GENERATOR,
        print_identifier=identify_printed_source(source, context.book, options) if pages else "",
        typefaces=options.fonts != "none",
        certified_by=options.certified_by or "",
        active_class=overlays.ACTIVE if any(part.overlay for part in parts) else "",
        seconds=sum(part.seconds for part in parts),
    )
    data = package.write_epub(document, parts, context.moment or find_publication_date(document), facts)
    name = edition.file_name(source.slug)
    ledger, findings = epub_check.judge(data, document.expected, name, document.furniture)
    return Output(
        name=name,
        edition=edition,
        data=data,
        ledger=ledger,
        findings=(*complaints, *findings),
        families=() if options.fonts == "none" else tuple(sorted({face.family for face in chosen.faces})),
        needs_pages="" if options.pages == "none" else options.pages,
    )


@dataclass
class _EpubBuilder:
    """Makes the parts of one e-book."""

    context: BuildContext
    document: Document
    options: EbookTable
    chosen: Typefaces
    placed: PageMarks
    identifier: str
    recordings: Mapping[tuple[str, str], Recording]

    def __post_init__(self) -> None:
        document, options, chosen = self.document, self.options, self.chosen
        self.keep, self.theme = self.context.keep, self.context.theme
        self.wide = (
            options.side_by_side == "wide"
            and document.edition.arrangement is Arrangement.STACKED
            and len(document.languages) > 1
        )
        self.faces = (*chosen.faces, *((ebook_fonts.MATH,) if document.has_equations else ()))
        self.files = split_into_files(document)
        self.places = {row.id: file.name for file in self.files for row in file.rows}
        self.places |= {s.id: f"{s.id}.xhtml" for s in document.sections}
        if document.opening:
            self.places[document.opening.id] = "title.xhtml"
        self.entries = build_contents(document, self.places)
        self.common: dict[str, Any] = {
            "document": document,
            "options": options,
            "font_names": () if options.fonts == "none" else chosen.names,
            "contents": self.entries,
            "page_list": tuple(self._list_pages()),
            "sheets": ("book.css", "wide.css") if self.wide else ("book.css",),
        }

    def _list_pages(self) -> Iterator[PageTarget]:
        book = self.document.book
        before, after = self.placed.before, self.placed.after if self.options.colophon else ()
        targets = {mark.number: f"{'nav' if n else 'title'}.xhtml" for n, mark in enumerate(before)}
        marked = self._find_marked_pages()
        targets |= {n: self.places[block.split("-")[0]] for n, block in self.placed.blocks.items() if n in marked}
        targets |= {mark.number: "about.xhtml" for mark in after}
        for number in sorted(targets):
            yield PageTarget(number, page_starts.label_page(book, number), f"{targets[number]}#page{number}")

    def _find_marked_pages(self) -> frozenset[int]:
        """Return the numbers of the pages whose marks stand in the texts: a list must lead to nothing else."""
        rows = [row for file in self.files for row in file.rows]
        rows += [self.document.opening] if self.document.opening else []
        texts = (text for row in rows for text in (row.breaks, *(cell.html for cell in row.cells)))
        return frozenset(int(number) for text in texts for number in re.findall(r'<span id="page(\d+)"', text))

    def parts(self) -> Iterator[Part]:
        """Make the documents, in reading order, and what lists them."""
        opening = (self.document.opening,) if self.document.opening else ()
        yield from self._add_overlay(
            self._make_page("title.xhtml", "title.xhtml", page_breaks=self.placed.before[:1]),
            self.document.book.chapters[0].id,
            opening,
        )
        yield self._make_page("nav.xhtml", "nav.xhtml", "nav", page_breaks=self.placed.before[1:])
        own = [self.document.edition.template, "book.xhtml", "parts.xhtml"]
        ours = not any(map(self.theme.find_override, own))
        for file in self.files:
            page = self._keep_document(file) if ours else self._make_document(file)
            yield from self._add_overlay(page, file.chapter, file.rows)
        if self.options.colophon:
            yield self._make_page("about.xhtml", "about.xhtml", page_breaks=self.placed.after)
        yield self._make_page("toc.ncx", "toc.ncx", identifier=self.identifier, depth=measure_depth(self.entries))

    def _make_document(self, file: File) -> Part:
        return self._make_page(self.document.edition.template, file.name, section=file, title=file.title)

    def _keep_document(self, file: File) -> Part:
        """Make a document of our own layouts, which look at nothing but what is named here; or take it as it was."""
        document = self.document
        shown = (document.edition.template, document.title, document.languages, self.options, self.common["sheets"])
        return self.keep(("text", *shown, file), lambda: self._make_document(file))  # type: ignore[no-any-return]

    def _add_overlay(self, page: Part, chapter: str, rows: Sequence[Row]) -> Iterator[Part]:
        """Return a document, with an overlay where any of it is read aloud."""
        spoken = {tag: recording for (where, tag), recording in self.recordings.items() if where == chapter}
        apart = self.document.edition.arrangement is Arrangement.NOTES
        cells = [(row, number, cell) for row in rows for number, cell in enumerate(row.cells)]
        if apart:  # translations stand after all of the original
            cells.sort(key=lambda one: one[1] > 0)
        tags = [(f"{row.id}-{cell.language.tag}", row.id, cell.language.tag) for row, _, cell in cells]
        part = overlays.write_overlay(f"overlays/{page.name[:-6]}.smil", page.name, tags, spoken)
        if part.seconds:
            yield replace(page, overlay=part.name)
            yield part
        else:
            yield page

    def _make_page(self, template: str, name: str, *properties: str, **more: Any) -> Part:
        text = templates.render(self.theme, template, **self.common, **more)
        ncx = name.endswith(".ncx")
        media_type = "application/x-dtbncx+xml" if ncx else "application/xhtml+xml"
        path = self.theme.layout_path(template)
        kind = "ncx" if ncx else "nav" if "nav" in properties else "chapter"
        if "<math " in text:
            properties = (*properties, "mathml")
        return Part(name, media_type, templates.check_document(text, path, kind), properties, spine=not ncx)

    def styles(self) -> Iterator[Part]:
        """Make the stylesheets; what only wide screens need is apart, so that no reader stumbles over it."""
        names = ("design.css", "ebook.css", "wide.css") if self.wide else ("design.css", "ebook.css")
        own = [*map(self.theme.read_sheet, names), *self.theme.read_additions()]
        defined = css.find_properties("\n".join(sheet.css for sheet in own))
        findings = [finding for sheet in own for finding in css.check_sheet(sheet.path, sheet.css, defined)]
        if findings:
            raise SourceError(findings)
        closed = {sheet.path.rpartition("/")[2]: css.close_rules(sheet.css) for sheet in own}
        properties = closed.pop("design.css")
        wide = closed.pop("wide.css", "")
        shared, added = closed.pop("ebook.css"), closed.values()
        embedded = self.options.fonts != "none"
        suffix = ".woff2" if self.options.fonts == "woff2" else ""
        faces = write_face_rules(self.faces, "fonts/", suffix) if embedded else ""
        quiet = self.options.translation == "quiet"
        stacks = self.chosen.stacks if embedded else {}
        languages = css.write_ebook_rules(self.document.book, stacks, quiet=quiet)
        aloud = overlays.RULES if self.recordings else ""
        mathematics = ebook_fonts.MATH_RULE if embedded and self.document.has_equations else ""
        rules = [faces, properties, shared, languages, aloud, mathematics, *added]
        book = css.fill_in_properties("\n".join(rules))
        yield Part("book.css", "text/css", book.encode())
        if self.wide:
            leading = css.write_number_leading(self.document.book, stacks)
            yield Part("wide.css", "text/css", css.fill_in_properties(f"{properties}\n{wide}\n{leading}").encode())

    def media(self) -> Iterator[Part]:
        """Return the pictures of the texts, then the recordings of the languages that are shown."""
        yield from (Part(image.name, image.media_type, image.data) for image in self.document.pictures)
        yield from (Part(sound.name, sound.media_type, sound.data) for sound in self.recordings.values())

    def fonts(self, texts: Sequence[Part]) -> Iterator[Part]:
        """Return the typefaces, cut down to what the book's texts need, with their licences."""
        if self.options.fonts == "none":
            return
        documents = [part.data for part in texts if part.spine]
        shown = ebook_fonts.list_shown_characters(documents, self.chosen.stacks)
        for face in self.faces:
            packed = self.options.fonts == "woff2"
            wanted = "".join(sorted({*self.chosen.characters.get(face.family, ()), *shown.get(face.family, ())}))
            digest = hashlib.sha256(read_face(face)).hexdigest()
            data = self.keep(("face", digest, wanted, packed), partial(cut_down_face, face, wanted, packed=packed))
            kind = "woff2" if packed else "otf" if face.file_name.endswith(".otf") else "ttf"
            yield Part(f"fonts/{face.stem}.woff2" if packed else f"fonts/{face.file_name}", f"font/{kind}", data)
        for file, text in ebook_fonts.find_licences(self.faces).items():
            yield Part(file, "text/plain", text)
