"""The line on which each key of a TOML text stands; tomllib does not tell. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bookbuild.model.findings import Place


@dataclass(frozen=True, slots=True)
class TomlFile:
    """A TOML file as its author wrote it, for messages; there need not be such a file."""

    path: str
    """Relative to the project."""
    text: str = ""

    def place(self, *keys: int | str) -> Place:
        """Give the place of a key, or of the table around it."""
        return Place(self.path, Lines(self.text).of(keys) if self.text and keys else None)


class Lines:
    """The line on which each key of a TOML text stands; tomllib does not tell."""

    def __init__(self, text: str) -> None:
        import tree_sitter_toml
        from tree_sitter import Language as Grammar
        from tree_sitter import Node, Parser

        self._found: dict[tuple[int | str, ...], int] = {}
        tree = Parser(Grammar(tree_sitter_toml.language())).parse(text.encode())

        def key(node: Node) -> tuple[str, ...]:
            if node.type == "dotted_key":
                return tuple(part for child in node.named_children for part in key(child))
            return ((node.text or b"").decode().strip("\"'"),)

        def visit(node: Node, prefix: tuple[int | str, ...]) -> None:
            line = node.start_point[0] + 1
            if node.type == "pair":
                path = (*prefix, *key(node.named_children[0]))
                self._note(path, line)
                visit(node.named_children[-1], path)
            elif node.type in {"table", "table_array_element"}:
                path = (*prefix, *key(node.named_children[0]))
                if node.type == "table_array_element":
                    path = (*path, sum(1 for p in self._found if p[:-1] == path and isinstance(p[-1], int)))
                self._note(path, line)
                for child in node.named_children[1:]:
                    visit(child, path)
            elif node.type == "array":
                items = [child for child in node.named_children if child.type != "comment"]
                for index, child in enumerate(items):
                    self._note((*prefix, index), child.start_point[0] + 1)
                    visit(child, (*prefix, index))
            else:
                for child in node.named_children:
                    visit(child, prefix)

        visit(tree.root_node, ())

    def _note(self, path: tuple[int | str, ...], line: int) -> None:
        for end in range(1, len(path) + 1):
            self._found.setdefault(path[:end], line)

    def of(self, path: tuple[int | str, ...]) -> int | None:
        """Give the line of the longest known beginning of a path."""
        for end in range(len(path), 0, -1):
            if path[:end] in self._found:
                return self._found[path[:end]]
        return None
