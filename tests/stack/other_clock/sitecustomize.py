"""Read by Python when it starts under another clock: a `time.sleep` that works there.

Python sleeps until an instant of the monotonic clock, which libfaketime refuses while it leaves
that clock alone. Waiting for nothing with a timeout asks for a number of seconds instead.
"""

import select
import time


def _sleep(seconds: float) -> None:
    select.select([], [], [], seconds)


time.sleep = _sleep  # type: ignore[assignment]
