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
