"""What the tests of this folder share."""

from datetime import UTC, datetime

import pytest

from corvana.sandbox.play.build import build_world
from corvana.sandbox.world.model import World

END = datetime(2026, 6, 1, 13, 17, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(end=END)
