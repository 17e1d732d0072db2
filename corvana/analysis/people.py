"""The smallest group of people about whose members anything is shown."""

from typing import Final

SMALLEST_GROUP: Final = 5
"""In a smaller group, colleagues would recognise a single person."""


def is_recognisable(people: int) -> bool:
    """Return whether a group is so small that a responder's code would reveal the person."""
    return people < SMALLEST_GROUP
