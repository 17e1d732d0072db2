"""The filters that are set, each with a button that clears it; they are visible wherever they
narrow what is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from corvana.analysis import wording
from corvana.analysis.account.selection import Filters
from corvana.questions import response
from corvana.questions.labels import chosen_names, priorities
from corvana.questions.view import View
from corvana.ui.announced import announce
from corvana.ui.controls.period import ALL, PERIOD, USUAL, time_zone

ANY: Final = "any"
_CLEARED: Final[Mapping[str, Any]] = MappingProxyType(
    {
        PERIOD: USUAL,
        "service": [],
        "team": [],
        "policy": [],
        "urgency": ANY,
        "hours": [],
        "days": None,
        "priority": [],
    }
)
"""The value of each control, by its key, when its filter is not set."""
_NAMED: Final = 2


class Active(NamedTuple):
    """A filter that is set: the key of its control, its words, and the selection without it."""

    key: str
    words: str
    rest: Filters


def active(view: View, filters: Filters) -> list[Active]:
    """Return every filter that is set besides the period, in the order of the controls."""
    services = chosen_names(view, "service", filters.services)
    teams = chosen_names(view, "team", filters.teams)
    policies = chosen_names(view, "policy", filters.policies)
    known_priorities = priorities(view) if filters.priorities else {}
    every = (
        ("service", _listed("Service", "services", filters.services, services), {"services": ()}),
        ("urgency", _told("Urgency", filters.urgency), {"urgency": ""}),
        ("hours", _told("Hours", ", ".join(sorted(filters.hours))), {"hours": ()}),
        ("days", _told("Days", filters.days), {"days": ""}),
        (
            "priority",
            _listed("Priority", "priorities", filters.priorities, known_priorities),
            {"priorities": ()},
        ),
        ("policy", _listed("Policy", "policies", filters.policies, policies), {"policies": ()}),
        ("team", _listed("Team", "teams", filters.teams, teams), {"teams": ()}),
    )
    return [
        Active(key, words, replace(filters, **without)) for key, words, without in every if words
    ]


def chips(view: View, filters: Filters) -> None:
    """Draw the period in words, and a button for each filter that is set, which clears it."""
    _draw(_period(filters), _set(active(view, filters)))


def chips_elsewhere(view: View, said: str) -> None:
    """Draw the filters that are set on other pages, on a page without a row of filters, after
    words on what they mean for it; nothing if none is set."""
    state = {key: st.session_state.get(key) or cleared for key, cleared in _CLEARED.items()}
    filters = Filters(
        view.since,
        view.as_of,
        services=tuple(state["service"]),
        teams=tuple(state["team"]),
        policies=tuple(state["policy"]),
        urgency="" if state["urgency"] == ANY else state["urgency"],
        hours=tuple(state["hours"]),
        days=state["days"] or "",
        priorities=tuple(state["priority"]),
    )
    shown = _set(active(view, filters))
    _draw(said if shown else "", shown)


def _set(narrowing: Sequence[Active]) -> list[tuple[str, str]]:
    """The key and the words of each filter that is set, the period among them unless it is the
    usual one."""
    chosen = str(st.session_state.get(PERIOD) or USUAL)
    period = [(PERIOD, f"Period: {chosen}")] if chosen != USUAL else []
    return [*period, *((each.key, each.words) for each in narrowing)]


def _draw(said: str, shown: Sequence[tuple[str, str]]) -> None:
    with st.container(
        horizontal=True, vertical_alignment="center", gap="xsmall", key="active_filters"
    ):
        st.caption(said, width="content")
        for key, words in shown:
            st.button(
                wording.plain(words),
                key=f"clear_{key}",
                icon=":material/close:",
                icon_position="right",
                on_click=clear,
                args=(key,),
            )
        if shown:
            st.button("Clear all", key="clear_all", type="tertiary", on_click=clear_all)


def limits(said: str, *, is_shown: bool) -> None:
    """Say which filters a page, or a part of it, does not honour; nothing if none of them is
    set."""
    # An empty text keeps the place, so that what follows keeps its own.
    st.caption(said if is_shown else "")


def clear(*keys: str) -> None:
    """Clear the filters of these controls; a period becomes the usual one."""
    for key in keys:
        st.session_state[key] = _CLEARED[key]


def stop_when_empty(
    view: View, n: int, filters: Filters, answer: DeltaGenerator | None = None
) -> None:
    """Tell the reader that no incident matches, and offer to clear the one filter without which
    some do; stop the page. A screen reader is told how many match.

    `answer` is a place that still shows the answer about the selection before; it is emptied.
    """
    announce(f"{wording.plural(n, 'incident matches', 'incidents match')} the filters.")
    if n:
        return
    if answer is not None:
        answer.empty()
    others = _ways_out(view, filters)
    hint = (
        "Clear one of these filters:" if others else "No single filter hides them: clear them all."
    )
    st.info(
        "**No incident matches.** None was created from "
        f"{wording.days(filters.start, filters.end, time_zone())} with these filters. {hint}",
        icon=":material/filter_alt_off:",
    )
    with st.container(horizontal=True, key="ways_out"):
        for key, words, found in others:
            st.button(
                f"{words} ({wording.plural(found, 'incident', 'incidents')})",
                key=f"instead_{key}",
                on_click=_show_all_time if key == PERIOD else clear,
                args=() if key == PERIOD else (key,),
            )
        if not others:
            st.button("Clear all filters", key="instead_all", on_click=clear_all)
    st.stop()


def _ways_out(view: View, filters: Filters) -> list[tuple[str, str, int]]:
    """Each filter, by its key, without which there are incidents; what a button that clears it
    says, and how many there are then. Most incidents first."""
    longer = replace(filters, start=view.since, end=view.as_of)
    every = [
        *(
            (one.key, f"Clear {wording.plain(one.words)}", one.rest)
            for one in active(view, filters)
        ),
        (PERIOD, "Show everything collected", longer),
    ]
    counted = [(key, words, response.selected(view, rest)) for key, words, rest in every]
    return sorted((one for one in counted if one[2]), key=lambda one: -one[2])


def clear_all() -> None:
    """Clear every filter; the period becomes the usual one."""
    clear(*_CLEARED)


def _show_all_time() -> None:
    st.session_state[PERIOD] = ALL


def _period(filters: Filters) -> str:
    zone = time_zone()
    return f"{wording.days(filters.start, filters.end, zone, joint=' – ')} ({zone})"


def _told(noun: str, chosen: str) -> str:
    return f"{noun}: {chosen}" if chosen else ""


def _listed(noun: str, several: str, chosen: Sequence[str], names: Mapping[str, str]) -> str:
    if len(chosen) > _NAMED:
        return f"{noun}: {wording.count(len(chosen))} {several}"
    return _told(noun, ", ".join(names.get(each, each) for each in chosen))
