"""What tests of pages share."""

import sys
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _main_module() -> Iterator[None]:
    """A page that is tested becomes `__main__`; later tests start processes from the real one."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main
