"""The second look at documents, past pandoc, tells what got lost on the way: words, numbers of lists, fields."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import command, write
from imports import bound
from office_documents import OPEN, field, open_document, run, word
from test_numbers_of_lists import OUTLINE, item, numbering

from bookbuild.exchange.importing import documents, labels
from bookbuild.exchange.importing.marks import ConvertedDocument

pytest.importorskip("pypandoc", reason="the extra `import` is not installed")

ODT_ITEM = '<text:list text:style-name="L1"><text:list-item><text:p>Satu</text:p></text:list-item></text:list>'
ODT = (
    f"{OPEN[: OPEN.index('<office:automatic-styles>')]}<office:automatic-styles>{OUTLINE}</office:automatic-styles>"
    f"<office:body><office:text><text:p>Awal.</text:p>{ODT_ITEM}<text:p>Akhir.</text:p></office:text></office:body></office:document-content>"
)
RTF = rb"{\rtf1\ansi{\pard Awal.\par}{\pard\ls1{\listtext Pasal 1\tab}Satu\par}{\pard Akhir.\par}}"
FB2 = (
    '<FictionBook xmlns="http://www.gribuser.ru/xml/fictionbook/2.0"><description/><body>'
    "<section><p>Awal.</p><p>Satu</p><p>Akhir.</p></section></body></FictionBook>"
)

TEX = r"""\documentclass[11pt]{article}\usepackage[utf8]{inputenc}\title{Judul}\author{Penulis}
\newcommand{\milik}[1]{\textbf{#1}}
\begin{document}\maketitle\tableofcontents\vspace*{3cm}
\section*{Awal}\label{sec:awal}\addcontentsline{toc}{section}{Awal} % komentar
Lihat \ref{sec:awal} dan \cite[hal.~3]{buku}: \milik{Satu} \textcolor{red}{merah}\footnote{Catatan.} 46,5$\pm$1 \og.
\begin{tabular}{|l|p{2cm}|}\hline \multicolumn{2}{|c|}{Kepala} \\ \cline{1-2} a & b \\ \end{tabular}
\includegraphics[width=3cm]{gambar} \hyperref[sec:awal]{pranala} \rotatebox{90}{putar}
\begin{equation} x = \frac{12}{y} \end{equation}
Akhir.
\begin{thebibliography}{99}\bibitem{buku} Buku.\end{thebibliography}
\end{document}"""


def documents_of_all_kinds() -> dict[str, bytes]:
    body = f"<w:p>{run('Awal.')}</w:p>{item('Satu')}<w:p>{run('Halaman ')}{field('PAGE', run('17'))}</w:p><w:p>{run('Akhir.')}</w:p>"
    return {
        "id.docx": word(body, numbering=numbering(("decimal", "%1."), start=3)),
        "id.odt": open_document(ODT),
        "id.rtf": RTF,
        "id.html": b"<p>Awal.</p><ol style='list-style-type: upper-roman'><li>Satu</ol><p>Akhir.</p>",
        "id.fb2": FB2.encode(),
        "id.epub": bound("id"),
        "id.tex": TEX.encode(),
    }


KINDS = ("docx", "odt", "rtf", "html", "fb2", "epub", "tex")


def losses_of(folder: Path, kind: str) -> str:
    write(folder, {f"id.{kind}": documents_of_all_kinds()[f"id.{kind}"], "ar.txt": "نص.\n"})
    done = command("import", str(folder / f"id.{kind}"), str(folder / "ar.txt"), "--book", "b", "--root", str(folder))
    assert done.status == 0, done.err
    return done.err


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_told_where_nothing_got_lost(tmp_path: Path, kind: str) -> None:
    assert "dropped" not in losses_of(tmp_path, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_paragraph_that_got_lost_is_told(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    convert: Callable[..., ConvertedDocument] = documents.convert

    def lose(*given: object, **more: object) -> ConvertedDocument:
        whole = convert(*given, **more)
        lost = next(block for block in whole.blocks if block.text)
        return replace(whole, blocks=tuple(block for block in whole.blocks if block is not lost))

    monkeypatch.setattr(documents, "convert", lose)
    assert "words that pandoc dropped" in losses_of(tmp_path, kind)


@pytest.mark.parametrize(("kind", "number"), [("docx", "3"), ("odt", "Pasal 1"), ("rtf", "Pasal 1"), ("html", "I")])
def test_a_number_of_a_list_that_got_lost_is_told(
    tmp_path: Path, kind: str, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = labels.read_label

    def lose(text: str) -> tuple[str, str] | None:
        found = read(text)
        return ("", found[1]) if found else None

    monkeypatch.setattr(labels, "read_label", lose)
    assert f"words that pandoc dropped: {number}" in losses_of(tmp_path, kind)


def test_a_number_that_word_computes_and_that_got_lost_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    convert = documents.convert

    def lose(*given: object, **more: object) -> ConvertedDocument:
        whole = convert(*given, **more)
        return replace(whole, blocks=tuple(b for b in whole.blocks if "17" not in b.text))

    monkeypatch.setattr(documents, "convert", lose)
    assert "Halaman 17" in losses_of(tmp_path, "docx")
