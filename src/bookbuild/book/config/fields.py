"""The types of values in book.toml: a line of text, a language tag, a text per language. Pure."""

from __future__ import annotations

import re
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from bookbuild.languages.tables import TAG
from bookbuild.model.characters import is_control


class Table(BaseModel):
    """A table of book.toml, which rejects unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    def merge(self, *special: Self | None) -> Self:
        """Return these options with what more special tables say instead, the most special one last."""
        options = self
        for table in special:
            if table is not None:
                values = {name: getattr(table, name) for name in table.model_fields_set}
                options = options.model_copy(update=values)
        return options


def _to_one_line(value: Any) -> Any:
    if isinstance(value, str):
        if any(is_control(c) for c in value):
            raise ValueError("has a control character")
        return " ".join(re.split(r"[ \t\n]+", value.strip()))
    return value


Line = Annotated[str, StringConstraints(min_length=1, max_length=1000), BeforeValidator(_to_one_line)]
Tag = Annotated[str, StringConstraints(pattern=rf"^{TAG.pattern}$")]
LocalText = Line | Annotated[dict[Tag, Line], Field(min_length=1)]
