"""Sentence embeddings from a sentence-transformers model on disk: texts in, vectors out; no network.

A model is used for a book only if it recognises partners better than lengths do, on pairs of that book.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from bookbuild.book.pairs.aligner.beads import Bead, Segment
from bookbuild.book.pairs.aligner.vectors import Vectors
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place, escape_unprintable
from bookbuild.work.optional import import_optional

Embed = Callable[[Sequence[str]], Vectors]
_SURE_CONFIDENCE = 0.9
_FEWEST_PAIRS = 12
"""Pairs needed to judge a model."""
_STRANGERS = 10
"""Segments on either side of the true partner that it is compared with."""


def load_model(folder: Path) -> Embed:
    """Load a model from its folder.

    Raises SourceError if it is not a model's folder, and if the library is not installed.
    """
    name = escape_unprintable(str(folder))
    if not (folder / "modules.json").is_file():
        advice = "give the folder of a sentence-transformers model, which holds modules.json"
        raise SourceError([Finding("P007", Place(name), "this is not the folder of a model", advice)])
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    library = import_optional("sentence_transformers", "embeddings", name)
    transformer = library.SentenceTransformer(str(folder), device="cpu")

    def embed(texts: Sequence[str]) -> Vectors:
        return np.asarray(transformer.encode(list(texts), normalize_embeddings=True), np.float32)

    return embed


def is_better_than_lengths(
    first: Sequence[Segment], second: Sequence[Segment], beads: Sequence[Bead], vectors: tuple[Vectors, Vectors]
) -> bool:
    """Return whether vectors find the partners in certain pairs more often than the ratio of lengths does.

    `vectors` have one row per segment. Of the partner and its neighbours, the most similar segment is chosen.
    """
    pairs = [(b.first.start, b.second.start) for b in beads if b.shape == (1, 1) and b.confidence >= _SURE_CONFIDENCE]
    if len(pairs) < _FEWEST_PAIRS:
        return False
    left = np.array([len(s.text) + 1 for s in first], float)
    right = np.array([len(s.text) + 1 for s in second], float)
    usual = float(np.median([np.log(right[j] / left[i]) for i, j in pairs]))
    hits = np.zeros(2)
    for i, j in pairs:
        start, end = max(0, j - _STRANGERS), min(len(second), j + _STRANGERS + 1)
        near = slice(start, end)
        alike = vectors[1][near] @ vectors[0][i]
        lengths = -np.abs(np.log(right[near] / left[i]) - usual)
        hits += [int(alike.argmax()) == j - start, int(lengths.argmax()) == j - start]
    return bool(hits[0] > hits[1])
