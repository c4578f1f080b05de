"""The tables of book.toml on texts: [typography] and [checks]. Pure."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from bookbuild.book.config.fields import Table


class TypographyTable(Table):
    """The switches of the typographic normalisation; all are on unless set to false."""

    spaces: bool = Field(default=True, description="Remove spaces before Arabic comma, semicolon and question mark.")
    quotes: bool = Field(default=True, description="Turn straight quotation marks into the language's own.")
    apostrophes: bool = Field(default=True, description="Turn straight apostrophes inside words into ’.")
    dots: bool = Field(default=True, description="Turn three dots into one ellipsis.")
    ranges: bool = Field(default=True, description="Turn a hyphen between two numbers into an en dash.")
    no_break: bool = Field(default=True, description="Keep short words and numbers with what follows them.")
    strip: bool = Field(default=True, description="Remove soft hyphens from scripts that do not hyphenate.")


class ChecksTable(Table):
    """The checks of the texts before they are laid out."""

    ignore: tuple[Annotated[str, StringConstraints(pattern=r"^Q(0[0-9]{2})?$")], ...] = Field(
        default=(),
        strict=False,
        description='Codes of findings that are not reported, for example ["Q012"]; Q for all.',
    )
