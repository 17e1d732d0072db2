"""The smallest group of people about whose members anything is shown."""

from corvana.assessment.settings import SMALLEST_GROUP


def is_recognisable(people: int, smallest: int = SMALLEST_GROUP) -> bool:
    """Return whether a group is so small that a responder's code would reveal the person.

    `smallest` is the smallest group of the assessment, which sets five or more.
    """
    return people < smallest
