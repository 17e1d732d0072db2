"""How many blocks of weeks of a told account have incidents: what a change can be told from."""

from datetime import timedelta

from tests.builders.sentences.facts import Facts
from tests.builders.sentences.told import START

NEEDED = 4
"""Blocks more than levels; with fewer there are too few weeks to tell."""


def beyond_levels(facts: Facts, within: float) -> int:
    """The blocks with incidents, less the levels: of the period, the one before, and the time
    before and after both. An incident younger than `within` seconds counts in none."""
    told, start, end = facts.told, facts.filters.start, facts.filters.end
    length = end - start
    block = min(timedelta(days=7), length)
    stretches = [(START, start - length, 0), (start - length, start, 1), (start, end, 1)]
    beyond = 0
    for begin, finish, least in [*stretches, (end, told.as_of, 0)]:
        number = max(round((finish - begin) / block), least)
        if not number:
            continue
        seen = {
            (life.at - begin) // ((finish - begin) / number)
            for life in facts.counting(facts.of_any_time)
            if begin <= life.at < finish and told.as_of - life.at >= timedelta(seconds=within)
        }
        beyond += max(len(seen) - 1, 0)
    return beyond
