"""A made text and its made translation, as long as a test wants."""

from __future__ import annotations

import random


def translation(count: int, seed: int) -> tuple[list[str], list[str]]:
    """A made text and its made translation: words of two vocabularies, in another order, some left out."""
    rng = random.Random(seed)  # noqa: S311 - no secret
    syllables = [a + b for a in "bdfgklmnprst" for b in "aeiou"]
    book = [
        ("".join(rng.choices(syllables, k=3)), "".join(rng.choices("ابتجدرزسشعفقكلمنهوي", k=5))) for _ in range(600)
    ]
    weights = [1 / (n + 5) for n in range(len(book))]
    left, right = [], []
    for _ in range(count):
        chosen = rng.choices(book, weights, k=max(5, int(rng.lognormvariate(3.0, 0.6))))
        left.append(" ".join(a for a, _ in chosen) + ".")
        other = [b for _, b in chosen if rng.random() > 0.2]
        rng.shuffle(other)
        right.append(" ".join(other) + ".")
    return left, right
