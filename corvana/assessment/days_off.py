"""Public holidays of a country or a part of it, as the library `holidays` knows them."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from importlib.metadata import version
from types import MappingProxyType
from typing import Final

import holidays
from holidays.registry import COUNTRIES

RELEASE: Final = version("holidays")
"""Another release may know other days."""
_SPLIT: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


@lru_cache(maxsize=1)
def countries() -> Mapping[str, tuple[str, ...]]:
    """Return the parts of each country that have holidays of their own, by ISO 3166-1 code."""
    return MappingProxyType(
        {
            code: tuple(parts)
            for code, parts in holidays.list_supported_countries(include_aliases=False).items()
        }
    )


@lru_cache(maxsize=1)
def country_names() -> Mapping[str, str]:
    """Return the name of each country by its code, in order of the names."""
    codes = countries()
    named = {code: _SPLIT.sub(" ", name) for name, code, *_ in COUNTRIES.values() if code in codes}
    return MappingProxyType(dict(sorted(named.items(), key=lambda each: each[1])))


@lru_cache(maxsize=64)
def part_names(country: str) -> Mapping[str, str]:
    """Return the name of each part of a country by its code: the longest that the library has."""
    aliases = holidays.country_holidays(country).get_subdivision_aliases()
    return MappingProxyType(
        {code: max([code, *aliases.get(code, [])], key=len) for code in countries()[country]}
    )


def place(country: str, subdivision: str = "") -> str:
    """Return the place in words: "Germany, Bayern"."""
    name = country_names().get(country, country)
    if not subdivision:
        return name
    parts = part_names(country) if country in countries() else {}
    return f"{name}, {parts.get(subdivision, subdivision)}"


def is_known(country: str, subdivision: str = "") -> bool:
    """Whether the public holidays of the country, or of that part of it, are known."""
    parts = countries().get(country)
    return parts is not None and (not subdivision or subdivision in parts)


@lru_cache(maxsize=256)
def of_place(country: str, subdivision: str, years: tuple[int, ...]) -> tuple[date, ...]:
    """Return the public holidays of these years, in order; with those moved to a working day.
    Of a place that is not known, there are none."""
    if not is_known(country, subdivision):
        return ()
    known = holidays.country_holidays(country, subdiv=subdivision or None, years=list(years))
    return tuple(sorted(known))


def named(country: str, subdivision: str, years: Iterable[int]) -> Mapping[date, str]:
    """Return the names of the same days, in English where the library has them."""
    if not is_known(country, subdivision):
        return {}
    known = holidays.country_holidays(
        country, subdiv=subdivision or None, years=list(years), language="en_US"
    )
    return dict(sorted(known.items()))
