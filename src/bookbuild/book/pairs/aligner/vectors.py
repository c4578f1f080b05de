"""Vectors of segments whose cosine is their similarity across languages, such as sentence embeddings. Pure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""One row per segment."""


def normalise_rows(rows: Vectors) -> Vectors:
    """Scale rows to length 1; rows of zeros stay as they are."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Vectors = (rows / np.where(norms > 0, norms, 1)).astype(np.float32)
    return unit


def centre_rows(rows: Vectors) -> Vectors:
    """Return unit rows without what all of them share: models of sentences put every text of a kind into one corner."""
    return normalise_rows(rows - rows.mean(0, keepdims=True)) if len(rows) else rows
