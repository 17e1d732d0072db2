"""What the tests of this folder share."""

import random

import pytest

from corvana.pagerduty import client, limiter


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every wait is as short as can be; how long they are is tested elsewhere."""
    monkeypatch.setattr(random, "random", lambda: 0.0)
    monkeypatch.setattr(client, "_MOST", client._MOST._replace(seconds=2.0))
    monkeypatch.setattr(limiter, "_LONGEST_PAUSE", 0.05)
