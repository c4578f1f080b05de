"""A TOML text in, its data out, and mistakes in its writing in plain words, each with what to type instead. Pure."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from bookbuild.model.findings import Finding, Place

_MOST = 20
"""Mistakes after which a text is not read any further."""
_CURLY = "“”„«»‘’‚‹›"
_STRAIGHT = "\"'"
_WORDS = dict.fromkeys(("yes", "on", "ya"), "true") | dict.fromkeys(("no", "off", "tidak"), "false")
_LISTS = frozenset({"languages", "subjects", "ignore"})
"""Keys whose values are lists."""
_SEVERAL = frozenset({"columns", "margins", "name_line"})
"""Keys whose values are lists where there are several."""
_LINE = re.compile(
    r"""(?P<key>[\w."'-]+(?:[ \t]+[\w-]+)*?)[ \t]*(?:(?P<sign>[=:])[ \t]*|[ \t]+(?=["'“]))(?P<value>.*)"""
)
_DAY_FIRST = re.compile(r"(\d{1,2})[-./](\d{1,2})[-./](\d{4})")
_GENERAL = "write texts in double quotes, one key = value per line"


def read_toml(text: str, path: str) -> tuple[dict[str, Any], str, list[Finding]]:
    """Return the data of a TOML text, the text that they were read from, and what could not be read.

    A line with a mistake is passed over, so that the mistakes after it are found in the same run; where it cannot be
    passed over alone, the data are empty. Raises ValueError for a text that nests too deeply.
    """
    findings: list[Finding] = []
    while True:
        try:
            return tomllib.loads(text), text, findings
        except tomllib.TOMLDecodeError as error:
            lines = text.split("\n")
            found = re.search(r"line (\d+)", str(error))
            number = int(found[1]) if found else len(lines)
            what, advice = _explain_line(lines, number - 1, str(error))
            findings.append(Finding("C001", Place(path, number), what, advice))
            line = lines[number - 1]
            if len(findings) == _MOST or "=" not in line.replace(":", "=") or line.lstrip().startswith("["):
                return {}, text, findings
            text = "\n".join([*lines[: number - 1], "", *lines[number:]])


def _explain_line(lines: list[str], at: int, error: str) -> tuple[str, str]:
    """Return what is wrong with a line, and what to do."""
    line = lines[at].strip()
    if line.startswith("["):
        name = line.strip("[] \t")
        if "]" not in line:
            return "the bracket ] is missing", f"write [{name}]"
        earlier = _find_line(lines[:at], re.compile(rf"\s*\[\s*{re.escape(name)}\s*\]"))
        if earlier:
            return f"the table [{name}] is in line {earlier} already", "put all that belongs to it below one of the two"
    elif match := _LINE.fullmatch(line):
        key, value = match["key"], match["value"].strip()
        what, better = _explain_value(key, value)
        name = re.sub(r"[ \t]+", "_", key)
        if match["sign"] != "=":
            what = "there is no = after the key"
        elif name != key and not what:
            what = "the key is more than one word"
        better = f"{name} = {better or value}"
        if what and _is_valid(better):
            return what, f"write {better}"
        if what:
            return what, _GENERAL
        if earlier := _find_key(lines, at, key):
            return f"the key {key!r} is in line {earlier} already", "delete one of the two lines"
    elif line.startswith("="):
        return "there is no key before the =", _GENERAL
    message = re.sub(r"\s*\(at .*\)$", "", error)
    return f"not valid TOML: {message[:1].lower()}{message[1:]}", _GENERAL


def _explain_value(key: str, value: str) -> tuple[str, str]:
    """Return what is wrong with a value, and a better one; both are empty where nothing is known to be wrong."""
    comment = re.fullmatch(r"""("[^"]*"|'[^']*'|[\w.-]+)[ \t]*(?://|;|--)[ \t]*(.+)""", value)
    if not value:
        return "there is no value after the =", ""
    if value[0] in _CURLY:
        return "the quotation marks are curly", _quote(re.split(f"[{_CURLY}{_STRAIGHT}]", value[1:])[0])
    if comment:
        return "a comment begins with #", f"{comment[1]}  # {comment[2]}"
    if value[0] == "[" and "]" in value:
        return "the list cannot be read", _write_list(value.strip("[] \t"))
    if value[0] == '"':
        return _explain_quotation(value)
    return ("", "") if value[0] in "[{'" else _explain_bare(key, value)


def _explain_quotation(value: str) -> tuple[str, str]:
    """Explain a value that begins with a quotation mark."""
    inner = value[1:-1]
    if re.search(r'",?[ \t]*[\w-]+[ \t]*=', value):
        return "a key is on the line of another one", ""
    if value.count('"') == 1:
        return "the quotation mark at the text's end is missing", _quote(value[1:].strip(_CURLY))
    if value.endswith('"') and re.search(r'(?<!\\)"', inner):
        return "there are quotation marks within the text", _quote(inner)
    if value.endswith('"') and "\\" in inner:
        return "a backslash means something else within double quotes", _quote(inner)
    return "", ""


def _explain_bare(key: str, value: str) -> tuple[str, str]:
    """Explain a value that has no quotation marks."""
    measure = re.fullmatch(r"(\d+(?:[.,]\d+)?)[ \t]?(?:%|mm|pt|cm)?", value)
    if value.lower() in {*_WORDS, "true", "false"} and value not in {"true", "false"}:
        return f"{value} is not a value", _WORDS.get(value.lower(), value.lower())
    if re.fullmatch(r"0|[1-9]\d*|\d{4}(-\d\d){1,2}|[+-]?\d+\.\d+|true|false", value):
        return "", ""
    if measure:
        return "a number is written with a point and without its unit", measure[1].replace(",", ".")
    if date := _DAY_FIRST.fullmatch(value):
        return "the date does not begin with the year", f'"{date[3]}-{int(date[2]):02}-{int(date[1]):02}"'
    if key in _LISTS or (key in _SEVERAL and re.search("[,;]", value)):
        return "a list stands in brackets", _write_list(value)
    return "the text is not in quotation marks", _quote(value.strip(_CURLY + _STRAIGHT))


def _quote(text: str) -> str:
    """Write a text as TOML, as simply as can be."""
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    if "'" not in text:
        return f"'{text}'"
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _write_list(text: str) -> str:
    items = re.findall(r""""[^"]*"|'[^']*'|[^\s,;]+""", text)
    return f"[{', '.join(item if item.isdigit() else _quote(item.strip(_CURLY + _STRAIGHT)) for item in items)}]"


def _is_valid(line: str) -> bool:
    try:
        tomllib.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _find_line(lines: list[str], wanted: re.Pattern[str]) -> int:
    """Return the number of the first line that begins as wanted, counted from 1; 0 if there is none."""
    return next((number for number, line in enumerate(lines, 1) if wanted.match(line)), 0)


def _find_key(lines: list[str], at: int, key: str) -> int:
    """Return the number of an earlier line that sets the same key of the same table; 0 if there is none."""
    table = max((n for n, line in enumerate(lines[:at]) if line.lstrip().startswith("[")), default=-1) + 1
    found = _find_line(lines[table:at], re.compile(rf"\s*{re.escape(key)}\s*="))
    return found and found + table
