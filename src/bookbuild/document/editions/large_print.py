"""Large print: for readers with low vision; large, upright, ragged, undivided, in black."""

from __future__ import annotations

from bookbuild.document.editions import Arrangement, Edition
from bookbuild.document.paper import Margins

LEAST = 18.0
"""pt: what associations of the blind ask for in large print (RNIB, Clear print: 16 to 18 pt and up)."""
X_HEIGHT = 8.3
"""pt: the height of x that readers with low vision need; typefaces differ in how much of their size it is."""

EDITION = Edition(
    name="large-print",
    format="pdf",
    template="stacked.html",
    description=f"each paragraph above its translation in type of {LEAST:.0f} pt and more",
    arrangement=Arrangement.STACKED,
    style="large-print.css",
    margins=Margins(31, 28, 24, 20),
    least=LEAST,
    x_height=X_HEIGHT,
)
