"""A TOML text in, the line on which each key stands out, which tomllib does not give. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bookbuild.model.findings import Place


@dataclass(frozen=True, slots=True)
class TomlFile:
    """A TOML file as its author wrote it, for messages; the file need not exist."""

    path: str
    """Relative to the project."""
    text: str = ""

    def place(self, *keys: int | str) -> Place:
        """Return the place of a key, given by the keys that lead to it, or of the nearest table around it."""
        return Place(self.path, TomlLines(self.text).find(keys) if self.text and keys else None)


class TomlLines:
    """The line on which each key of a TOML text stands."""

    def __init__(self, text: str) -> None:
        import tree_sitter_toml
        from tree_sitter import Language as Grammar
        from tree_sitter import Node, Parser

        self._lines: dict[tuple[int | str, ...], int] = {}
        tree = Parser(Grammar(tree_sitter_toml.language())).parse(text.encode())

        def parse_key(node: Node) -> tuple[str, ...]:
            if node.type == "dotted_key":
                return tuple(part for child in node.named_children for part in parse_key(child))
            return ((node.text or b"").decode().strip("\"'"),)

        def visit(node: Node, prefix: tuple[int | str, ...]) -> None:
            line = node.start_point[0] + 1
            if node.type == "pair":
                path = (*prefix, *parse_key(node.named_children[0]))
                self._record(path, line)
                visit(node.named_children[-1], path)
            elif node.type in {"table", "table_array_element"}:
                path = (*prefix, *parse_key(node.named_children[0]))
                if node.type == "table_array_element":
                    path = (*path, sum(1 for p in self._lines if p[:-1] == path and isinstance(p[-1], int)))
                self._record(path, line)
                for child in node.named_children[1:]:
                    visit(child, path)
            elif node.type == "array":
                items = [child for child in node.named_children if child.type != "comment"]
                for index, child in enumerate(items):
                    self._record((*prefix, index), child.start_point[0] + 1)
                    visit(child, (*prefix, index))
            else:
                for child in node.named_children:
                    visit(child, prefix)

        visit(tree.root_node, ())

    def _record(self, path: tuple[int | str, ...], line: int) -> None:
        for end in range(1, len(path) + 1):
            self._lines.setdefault(path[:end], line)

    def find(self, path: tuple[int | str, ...]) -> int | None:
        """Return the line of a path of keys, or of its longest beginning that the text has."""
        for end in range(len(path), 0, -1):
            if path[:end] in self._lines:
                return self._lines[path[:end]]
        return None
