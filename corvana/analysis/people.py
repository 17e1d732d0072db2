"""How many people a group must have before anything is told of single ones."""

from typing import Final

SMALLEST_GROUP: Final = 5
"""In a smaller group, colleagues would know who is meant."""


def is_recognisable(people: int) -> bool:
    """Tell whether a group is so small that a code is easily told who it is."""
    return people < SMALLEST_GROUP
