"""Changes of single options in the text of a book.toml, which keeps its comments, its order and all else. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import tomlkit
from tomlkit.items import AbstractTable, Table


def change_options(text: str, changes: Mapping[str, Any]) -> str:
    """Return the text of a book.toml with options changed.

    `changes` has the new value, or None to delete it, by the path of the key: `print.paper`. Raises
    tomlkit.exceptions.TOMLKitError if the text is not valid TOML, or if a path leads through a value.
    """
    document = tomlkit.parse(text.replace("\r\n", "\n"))
    for path, value in changes.items():
        *tables, key = path.split(".")
        table: Any = document
        for name in tables:
            if name not in table:
                if value is None:
                    break
                table[name] = tomlkit.table()
            table = table[name]
            if not isinstance(table, AbstractTable | dict):
                raise tomlkit.exceptions.TOMLKitError(f"{path} leads through a value")
        else:
            _change_key(table, key, value)
    changed = tomlkit.dumps(document)
    return changed.replace("\n", "\r\n") if "\r\n" in text else changed


def _change_key(table: Any, key: str, value: Any) -> None:
    if value is None:
        table.pop(key, None)
    elif key in table:
        if table[key] != value:
            table[key] = value
    else:
        body = table.value.body if isinstance(table, Table) else []
        after: list[Any] = []  # comments at a table's end speak of the next table
        while body and body[-1][0] is None:
            after.append(body.pop()[1])
        table.add(key, value)
        for item in reversed(after):
            table.add(item)
