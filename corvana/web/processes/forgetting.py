"""The watch of a web process over what it holds, and the look before a page or a file is made."""

from dataclasses import dataclass
from typing import Final

from corvana.config import Settings
from corvana.jobs.forgetting import Forget, Forgetting


@dataclass
class _Watch:
    forgetting: Forgetting | None = None


_watch: Final = _Watch()


def start(settings: Settings, forget: Forget) -> None:
    """Look every second at whether what this process holds is still there. See `Forgetting`."""
    stop()
    _watch.forgetting = Forgetting(settings, forget)
    _watch.forgetting.start()


def stop() -> None:
    """Look no longer."""
    if _watch.forgetting is not None:
        _watch.forgetting.stop()
    _watch.forgetting = None


def before_serving() -> None:
    """Forget what was deleted while the database, or this computer, was away.

    Raises when the database cannot be asked.
    """
    if _watch.forgetting is not None:
        _watch.forgetting.look_when_late()
