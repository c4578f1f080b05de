"""Random books: words that CLDR has in twenty languages, in every construct, with random options."""

from __future__ import annotations

import random
from functools import cache

from babel import Locale

TAGS = ("ar", "fa", "ur", "ps", "ckb", "he", "yi", "el", "ru", "uk", "hi", "en", "id", "fr", "de", "tr", "pl", "vi", "ja", "zh")  # fmt: skip
"""Those whose scripts the installed typefaces have."""
PRINT = {
    "paper": ["A4", "F4", "Letter", "A5", "B5"],
    "binding": ["none", "staple", "holes", "spine"],
    "duplex": [False, True],
    "granularity": ["paragraph", "sentence"],
    "columns": ["equal", "measured"],
    "align": ["start", "justify", "kashida"],
    "notes": ["unit", "chapter"],
    "contents": ["auto", True, False],
    "chapters": ["auto", "page", "run-on"],
    "colour": [False, True],
    "bleed": [0, 3],
    "archive": ["none", "a-2u", "a-3a"],
    "emphasis": ["weight", "overline"],
    "list_markers": ["numbers", "letters"],
    "ruled": [0, 3],
}


@cache
def words_of(tag: str) -> tuple[str, ...]:
    """Return real words of a language: CLDR's names of languages, territories, months and days."""
    locale = Locale.parse(tag)
    names = [*locale.territories.values(), *locale.languages.values(), *locale.months["format"]["wide"].values()]
    words = {word for name in names for word in str(name).split() if word.isalpha() and len(word) > 1}
    return tuple(sorted(words))


def make_book(dice: random.Random) -> dict[str, str]:
    """Return the files of a book: two or three languages of one shape, one or more chapters."""
    tags = dice.sample(TAGS, dice.choice([2, 2, 2, 3]))
    chapters = dice.choice([1, 1, 2, 4])
    files = {"book.toml": make_options(dice, tags)}
    for chapter in range(1, chapters + 1):
        shape = [dice.choice(_KINDS) for _ in range(dice.randint(1, 12))]
        seed = dice.random()
        for tag in tags:
            text = make_text(random.Random(seed), tag, shape, chapter)  # noqa: S311 - words
            files[f"{tag}.md" if chapters == 1 else f"{tag}/{chapter}.md"] = text
    return files


def make_options(dice: random.Random, tags: list[str]) -> str:
    """Return a book.toml."""
    keys = dice.sample(list(PRINT), dice.randint(0, 5))
    values = {key: dice.choice(PRINT[key]) for key in keys}
    lines = [
        f"{key} = {str(value).lower() if isinstance(value, (bool, int)) else repr(value)}"
        for key, value in values.items()
    ]
    titles = "\n".join(f'{tag} = "{" ".join(dice.sample(words_of(tag), 3))}"' for tag in tags)
    author = dice.choice(words_of(tags[0]))
    listed = ", ".join(f'"{tag}"' for tag in tags)
    head = f'languages = [{listed}]\n[[creators]]\nrole = "author"\nname = "{author}"\n[title]\n{titles}\n'
    return head + "[print]\n" + "\n".join(lines) + "\n"


_KINDS = ("paragraph", "paragraph", "paragraph", "styled", "heading", "list", "ordered", "table", "verse", "quote", "note", "code", "long")  # fmt: skip


def make_text(dice: random.Random, tag: str, shape: list[str], chapter: int) -> str:
    """Return a chapter in Markdown: its kinds in order, the same for every language."""
    pool = words_of(tag)

    def say(count: int) -> str:
        words = [dice.choice(pool) for _ in range(count)]
        return (" ".join(words)) + dice.choice([".", "!", "?", " …"])

    blocks = [f"# {say(3).rstrip('.!?… ')}"]
    for n, kind in enumerate(shape):
        size = dice.randint(2, 60)
        match kind:
            case "styled":
                blocks.append(
                    f"{say(3)} **{say(2)}** {say(2)} *{say(2)}* [{say(2)}](https://example.org/{n}) `x{n}` {say(4)}"
                )
            case "heading":
                blocks.append(f"## {say(4).rstrip('.!?… ')}")
            case "list":
                blocks.append("\n".join(f"- {say(5)}" for _ in range(3)))
            case "ordered":
                start = dice.choice([1, 8, 98])
                blocks.append("\n".join(f"{start + k}{dice.choice('.)')[:1]} {say(5)}" for k in range(1)))
            case "table":
                head = f"| {say(1)} | {say(1)} |\n| --- | ---: |\n"
                blocks.append(head + "\n".join(f"| {say(2)} | {k * 10} |" for k in range(2)))
            case "verse":
                blocks.append("\\\n".join(say(4) for _ in range(3)))
            case "quote":
                blocks.append(f"> {say(size)}")
            case "note":
                blocks.append(f"{say(size)}[^{chapter}{n}]\n\n[^{chapter}{n}]: {say(6)}")
            case "code":
                blocks.append(f"```\nx = {n}\n```")
            case "long":
                blocks.append("".join(dice.choice(pool) for _ in range(12)) + " " + say(3))
            case _:
                blocks.append(say(size))
    return "\n\n".join(blocks) + "\n"
