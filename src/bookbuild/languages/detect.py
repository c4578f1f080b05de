"""Which language a text is in: probabilities from a detector (py3langid, after Lui and Baldwin 2012)."""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def _detector() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def rank_languages(text: str) -> dict[str, float]:
    """Give the probability of each language that the detector knows."""
    return {str(tag): float(value) for tag, value in _detector().rank(text)}
