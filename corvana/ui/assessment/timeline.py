"""The timeline: what happened when, what became of it, and dates that an assessor adds."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final, cast

import numpy as np
import pandas as pd
import streamlit as st

from corvana.analysis import wording
from corvana.analysis.answers import did_it_help as words
from corvana.analysis.assessment.place_before_after import Place
from corvana.analysis.assessment.register import INTERVIEW
from corvana.analysis.assessment.timeline import DONE, SETTING
from corvana.analysis.findings.registry import kind_of
from corvana.questions.assessment import register, timeline
from corvana.questions.labels import names
from corvana.questions.view import View
from corvana.ui import components
from corvana.ui.sections.findings import OPENED as FINDING
from corvana.ui.sections.findings import PAGE as FINDINGS

EVENT: Final = "event"
PAGE: Final = "../../pages/timeline.py"
_TABLE: Final = "timeline-table"
_MOST: Final = 500
_LINKS: Final = 25
KINDS: Final[Mapping[str, str]] = {
    "reorganisation": "Reorganisation",
    "release": "Release",
    "training": "Training",
    "other": "Other",
    SETTING: "Setting",
    DONE: "Finding done",
}


def answer(view: View, events: pd.DataFrame) -> str:
    """Return how much the timeline has, and where it begins."""
    settings, done = (int(events["kind"].eq(each).sum()) for each in (SETTING, DONE))
    own = len(events) - settings - done
    counted = (
        f"**{wording.plural(settings, 'change', 'changes')} of settings, "
        f"{wording.plural(done, 'finding', 'findings')} done, "
        f"{wording.plural(own, 'own date', 'own dates')}.**"
    )
    first = timeline.seen_since(view)
    if first is None:
        return f"{counted} Changes of settings are seen from the first collection on."
    since = wording.instant(first, year=True)
    return (
        f"{counted} Changes of settings are seen from the first collection on, {since}: PagerDuty "
        "keeps no history of them, so earlier ones are not known."
    )


def opened(events: pd.DataFrame) -> pd.Series | None:
    """Return the event of the URL, else the newest one; None without any."""
    if events.empty:
        return None
    wanted = events["key"].eq(st.query_params.get(EVENT, ""))
    return events[wanted].iloc[0] if wanted.any() else events.iloc[0]


def choose(events: pd.DataFrame, chosen: str) -> None:
    """Draw the events as a table, the newest first; a click opens one below. The chosen one is in
    it, also if it is older than those."""
    shown = events[(np.arange(len(events)) < _MOST) | events["key"].eq(chosen)]
    row = int(shown["key"].eq(chosen).argmax())
    st.session_state[_TABLE] = {"selection": {"rows": [row], "columns": [], "cells": []}}
    st.dataframe(
        pd.DataFrame(
            {
                "Day": shown["on"].map(_day),
                "Kind": shown["kind"].map(KINDS),
                "Where": shown["where"].replace("", "Whole account"),
                "What": shown["name"],
            }
        ),
        hide_index=True,
        key=_TABLE,
        on_select=_open_row(shown["key"].tolist()),
        selection_mode="single-row-required",
        alt="What happened when, the newest first. Choose a row to see before and after it.",
    )
    if len(events) > len(shown):
        told, every = wording.count(len(shown)), wording.count(len(events))
        st.caption(f"{told} of {every}, the newest first.")
    _links(shown)


def before_after(view: View, event: pd.Series) -> None:
    """Draw what became of the place of an event around its day."""
    day = cast("date", event["on"])
    st.header(
        wording.plain(f"{_day(day)}: {event['where'] or KINDS[event['kind']]}"),
        anchor=False,
        divider="gray",
    )
    st.markdown(wording.plain(str(event["name"])))
    if event["kind"] == DONE:
        finding(view, str(event["key"]).removeprefix("done:"), day)
        return
    place, place_id = _place(view, event)
    if not place_id:
        return
    for measure, found in timeline.place_changed(view, cast("Place", place), place_id, day):
        components.tell(words.told(found, measure, of_place=True))
    components.method("Did it help?", "Before and after a date")


def finding(view: View, key: str, day: date) -> None:
    """Draw what became of a finding after the day on which it was done."""
    found, known = timeline.helped(view, key, day), timeline.finding_of(view, key)
    if found is None or known is None:
        seen = (
            "It was seen in interviews" if key.startswith(INTERVIEW) else "Its place is not known"
        )
        components.tell(f"{seen}: no data shows whether it helped.")
        return
    components.tell(words.told(found, kind_of(known.kind).measure.words))


def did_it_help(view: View) -> None:
    """Draw what became of every finding that is done, with a link to its evidence."""
    done = register.done(view)
    st.header("Did it help?", anchor=False)
    if not done:
        st.markdown(
            "No finding is set to *done* yet. Set one to *done*, with its day, beside its "
            "evidence: then this page compares its measure before and after that day."
        )
        return
    for one, day in done:
        with st.container(border=True, gap="xsmall"):
            title = wording.plain(timeline.title_of(view, one))
            st.markdown(f"**{title}** · done on {_day(day)}")
            finding(view, one.entry.key, day)
            if one.finding is not None:
                st.page_link(
                    FINDINGS,
                    label="See the evidence",
                    icon=":material/arrow_forward:",
                    query_params={FINDING: one.entry.key},
                )
    components.method("Did it help?", "Before and after a date")


def of_finding(view: View, key: str) -> None:
    """Draw what became of a finding beside its evidence; nothing unless it is done."""
    entry = view.register.get(key)
    if entry is None or entry.status != "done" or entry.done_on is None:
        return
    st.markdown(f"**Did it help?** Done on {_day(entry.done_on)}.")
    finding(view, key, entry.done_on)
    components.method("Did it help?", "Before and after a date")


def places(view: View) -> dict[tuple[str, str], str]:
    """Return the name of every service and policy, by type and id."""
    return {
        **{("service", each): name for each, name in names(view, "service").items()},
        **{("escalation_policy", each): name for each, name in names(view, "policy").items()},
    }


def _place(view: View, event: pd.Series) -> tuple[str, str]:
    """The place of the event; of one that concerns more, a place that the reader chooses."""
    if event["subject_type"] in ("service", "escalation_policy"):
        return str(event["subject_type"]), str(event["subject_id"])
    known = places(view)
    chosen = st.selectbox(
        "Before and after of",
        list(known),
        index=None,
        format_func=lambda each: known[each],
        placeholder="Choose a service or a policy",
        key=f"timeline-place-{event['key']}",
    )
    return chosen or ("", "")


@st.fragment
def _links(shown: pd.DataFrame) -> None:
    """Draw a link to each event. The cells of a table are a picture, in which a screen reader finds
    no link."""
    some = shown.head(_LINKS)
    section = st.expander(
        f"Links to the newest of these ({wording.count(len(some))})",
        type="compact",
        icon=":material/list:",
        key="timeline-links",
        on_change="rerun",
    )
    if not section.open:
        return
    with section:
        for key, on, where, name in some[["key", "on", "where", "name"]].itertuples(index=False):
            told = f"{_day(on)}: {where + ': ' if where else ''}{name}"
            st.page_link(PAGE, label=wording.plain(told), query_params={EVENT: key})


def _open_row(keys: list[str]) -> Callable[[], None]:
    def chosen() -> None:
        state: Any = st.session_state.get(_TABLE)
        picked = state["selection"]["rows"] if state else []
        if picked:
            st.query_params[EVENT] = keys[picked[0]]

    return chosen


def _day(day: date) -> str:
    return wording.instant(day, year=True)
