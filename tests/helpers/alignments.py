"""A book of two texts that do not match paragraph by paragraph, and its table of pairs."""

from __future__ import annotations

import csv
import io

from conftest import command

from bookbuild.book.folder import open_book
from bookbuild.book.load import load_book
from bookbuild.model.project import Project

AR = [
    "مقدمة الكتاب",
    "الجملة الأولى هنا. والجملة الثانية بعدها في سنة 1954.",
    "فقرة قصيرة عن موسكو.",
    "الخاتمة جاءت في النهاية بعد كل شيء.",
]
ID = [
    "Pendahuluan buku",
    "Kalimat pertama ada di sini.",
    "Dan kalimat kedua menyusul pada tahun 1954.",
    "Paragraf pendek tentang Moskwa.",
    "Penutup datang pada akhir setelah semuanya.",
]


def texts(ar: list[str] = AR, id_: list[str] = ID) -> dict[str, str]:
    return {"ar.txt": "\n".join(ar) + "\n", "id.txt": "\n".join(id_) + "\n"}


def pairs(project: Project) -> list[tuple[str, ...]]:
    book = load_book(project, open_book(project, "book")).book
    return [tuple(block.text.replace("\u00a0", " ") for block in unit.blocks) for unit in book.units()]


def codes(project: Project) -> list[str]:
    return [f.code for f in load_book(project, open_book(project, "book")).findings]


def table(project: Project) -> list[dict[str, str]]:
    text = (project.source / "book" / "aligned.csv").read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def rewrite(project: Project, rows: list[dict[str, str]]) -> None:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    (project.source / "book" / "aligned.csv").write_text(out.getvalue(), "utf-8")


def aligned(project: Project) -> None:
    run = command("align", "--book", "book", "--root", str(project.root))
    assert run.status == 0, run.err


ALONE = f"ar,id\n{AR[0]},{ID[0]}\n{AR[1]},{ID[1]} {ID[2]}\n{AR[2]},\n{AR[3]},{ID[4]}\n"
WANTED = [
    (AR[0], ID[0]),
    (AR[1], f"{ID[1]}\n{ID[2]}"),
    (AR[2], ID[3]),
    (AR[3], ID[4]),
]
