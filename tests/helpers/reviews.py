"""A book whose paragraphs do not match, and what the page of the review shows of it."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from conftest import write

from bookbuild.model.project import Project, open_project

AR = [
    "المقدمة",
    "جاء الرجل إلى المدينة في الصباح. ثم ذهب إلى السوق واشترى خبزا.",
    "كان السوق كبيرا ومزدحما بالناس في ذلك اليوم.",
    "عاد إلى البيت مساء سنة 1954 مع أصدقائه.",
    "النهاية كانت سعيدة للجميع في القرية.",
]
ID = [
    "Pendahuluan",
    "Lelaki itu datang ke kota pada pagi hari.",
    "Lalu ia pergi ke pasar dan membeli roti. Pasar itu besar dan penuh sesak dengan orang pada hari itu.",
    "Ia pulang ke rumah pada sore hari tahun 1954 bersama teman-temannya.",
    "Akhirnya bahagia bagi semua orang di desa.",
]


def project(root: Path) -> Project:
    write(root / "source" / "book", {"ar.txt": "\n".join(AR) + "\n", "id.txt": "\n".join(ID) + "\n"})
    return open_project(root)


def table(root: Path) -> list[tuple[str, str, str]]:
    data = (root / "source" / "book" / "aligned.csv").read_bytes().decode("utf-8-sig")
    return [(row["ar"], row["id"], row["checked"]) for row in csv.DictReader(io.StringIO(data))]


def at(page: Any, text: str) -> None:
    page.locator("#rows .piece", has_text=text).first.click()


def rows(page: Any) -> list[list[list[str]]]:
    found = page.evaluate(
        "[...document.querySelectorAll('#rows tr')].map(r => [...r.querySelectorAll('td[data-side]')].map(c => [...c.querySelectorAll('.piece')].map(p => p.textContent)))"
    )
    return list(found)
