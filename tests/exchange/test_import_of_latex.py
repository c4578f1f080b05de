"""LaTeX: boxes, notes and titles, and words in commands that pandoc does not know."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import command, write
from imports import written_and_lost

pytest.importorskip("pypandoc", reason="the extra `import` is not installed")

BOXES = r"""\documentclass{article}\begin{document}
\lettrine{A}{wal} \fbox{bingkai} \makebox[2cm]{buat} \raisebox{1pt}{naik} \rotatebox{90}{putar} \resizebox{1cm}{2cm}{ubah}
\ruby{漢}{kan} \textcquote[x]{y}{dikutip} tepi\marginpar{catatan tepi}\footnotemark\footnotetext{kaki}

\begin{theorem}[Nama orang]Teorema.\end{theorem}
\begin{shortlist}[H]Butir.\end{shortlist}
\begin{tcolorbox}[title={Judul kotak},colback=red]Isi.\end{tcolorbox}
\begin{multicols}{2}Kolom.\end{multicols}
\begin{thebibliography}{9}\bibitem{k} Buku satu.\bibitem[B2]{l} Buku dua.\end{thebibliography}
\end{document}"""


def test_boxes_notes_and_titles_of_latex_are_kept_or_told(tmp_path: Path) -> None:
    write(tmp_path, {"id.tex": BOXES, "ar.txt": "نص.\n"})
    lines, lost = written_and_lost(tmp_path, "id.tex", "ar.txt")
    assert lines[1] == [
        "Awal bingkai buat naik putar ubah 漢（kan） “dikutip” tepi[^1][^2]", "Nama orang", "Teorema.", "Butir.", "Isi.", "Kolom.",
        "Buku satu.", "Buku dua.", "[^1]: catatan tepi", "[^2]: kaki",
    ]  # fmt: skip
    assert lost == ["id: an option of tcolorbox: title={Judul kotak},colback=red"]


LATEX = r"""\documentclass{book}\newcommand{\asing}[1]{\textit{#1}}\title{Judul}
\begin{document}\maketitle
\chapter{Bab}\label{bab}
Kata \asing{asing} ``dalam'' \foreign{et al.} --- l'art \textarabic{عربي}.\footnote{Catatan \emph{kaki}.}
\begin{tcolorbox}[title=x]\begin{shaded}Kotak \emph{dalam}.

Dua.\end{shaded}\end{tcolorbox}\vspace{2cm}
\begin{pairs}\begin{Leftside}\beginnumbering\pstart Kiri.\pend\pstart Lagi.\pend\endnumbering\end{Leftside}\end{pairs}
\begin{boxed}{5cm}Ukuran.\end{boxed} Lihat \ref{bab}, \setthing{roman}.
\begin{tikzpicture}\node{Titik};\end{tikzpicture}
\end{document}"""


def test_words_in_latex_that_pandoc_does_not_know_are_kept(tmp_path: Path) -> None:
    write(tmp_path, {"id.tex": LATEX, "ar.txt": "نص.\n"})
    run = command("import", str(tmp_path / "id.tex"), str(tmp_path / "ar.txt"), "--book", "b", "--root", str(tmp_path))
    assert run.status == 0, run.err
    assert (tmp_path / "source" / "b" / "id.md").read_text("utf-8").split("\n\n") == [
        "# Judul", "## Bab", "Kata *asing* “dalam” et al. — l’art عربي.[^1]", "Kotak *dalam*.", "Dua.", "Kiri.", "Lagi.",
        "Ukuran.", "Lihat , .", "[^1]: Catatan *kaki*.\n",
    ]  # fmt: skip
    told = [line.partition("id: ")[2].removeprefix("a piece of latex: ") for line in run.err.splitlines()]
    assert told == [
        "an option of tcolorbox: title=x",
        "\\ref{bab}",
        "\\setthing{roman}",
        "\\begin{tikzpicture}\\node{Titik};\\end{tik",
    ]
