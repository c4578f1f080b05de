"""Handouts that are fitted to their sheets of paper."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from printed import first_book, text

from bookbuild.pdf.copyfit import list_fits


@pytest.mark.parametrize("paper", ["A4", "F4"])
def test_the_first_book_is_one_sheet_of_paper(paper: str, edition: Callable[..., Path]) -> None:
    files = first_book()
    files["book.toml"] += f'\n[print]\npaper = "{paper}"\n'
    assert len(text(edition("handout", files))) == 2


def test_a_handout_is_fitted_to_its_sheet_only_if_that_is_wanted(edition: Callable[..., Path]) -> None:
    files = first_book()
    files["book.toml"] += '\n[print]\nfit = "none"\n'
    assert len(text(edition("handout", files))) == 3


def test_what_is_tried_grows_and_stays_readable() -> None:
    assert not list(list_fits(2, 0.9, 0.4))  # a full sheet
    assert not list(list_fits(9, 0.1, 0.01))  # a book
    assert not list(list_fits(3, 0.9, 0.3))  # too much
    fits = list(list_fits(3, 0.5, 0.15))
    assert fits == list(list_fits(4, 0.2, 0.05))
    assert [fit.leading * fit.size for fit in fits] == sorted((f.leading * f.size for f in fits), reverse=True)
    assert min(fit.size for fit in fits) >= 0.95
