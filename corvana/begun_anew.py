"""How often this process has executed its program anew (`execv`).

A new program knows nothing of the one before, so the count is handed on in the environment. The
number of the process stands beside it: a child gets the same environment, and has not begun anew.
"""

import os
from typing import Final

_NAME: Final = "CORVANA_BEGUN_ANEW"


def times() -> int:
    """How often this process began anew so far."""
    process, _, count = os.environ.get(_NAME, "").partition(":")
    return int(count) if process == str(os.getpid()) and count.isdecimal() else 0


def environment() -> dict[str, str]:
    """The environment for the next program of this process."""
    return {**os.environ, _NAME: f"{os.getpid()}:{times() + 1}"}
