"""Language detection: text in, probabilities of languages out (py3langid, after Lui and Baldwin 2012)."""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def _load_detector() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def rank_languages(text: str) -> dict[str, float]:
    """Return the probability, 0 to 1, of each language that the detector knows, by tag; the likeliest first."""
    return {str(tag): float(value) for tag, value in _load_detector().rank(text)}
