"""Memory settings of our processes: keep little unused memory, and collect garbage seldom.

Measured while collecting a million log entries: a fifth less memory and half the processor time.
Measured while serving pages of a million incidents: 1.06 GB instead of 1.33 GB.
"""

import contextlib
import ctypes
import gc
from typing import Final

import pyarrow as pa

_ALLOCATIONS_BETWEEN_LOOKS: Final = 20_000
_ARENA_MAX: Final = -8
"""`M_ARENA_MAX` of glibc's `mallopt(3)`."""


def economise() -> None:
    """Apply the settings. Call it before the process starts threads; a second call is harmless."""
    _share_one_arena()
    # Arrow's own pool keeps freed memory for its next use, which may be minutes later.
    pa.set_memory_pool(pa.system_memory_pool())
    # Parsing makes many objects but few cycles; garbage collection took most of the time.
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS_BETWEEN_LOOKS, 5, 5)


def give_back() -> None:
    """Return freed memory to the system."""
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)


def _share_one_arena() -> None:
    """Stop glibc from giving each thread its own arena, whose memory it hardly returns."""
    with contextlib.suppress(AttributeError, OSError):  # the C library is not glibc
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)
