"""One minute of the campaign, with a fixed seed; `invoke torture` runs it for longer."""

from __future__ import annotations

import pytest

from torture.campaign import torture


@pytest.mark.slow
def test_nothing_that_is_tried_fails() -> None:
    campaign = torture(seconds=60, seed=1954)
    assert campaign.failures == [], campaign.summarise()
