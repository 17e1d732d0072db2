"""The teams page: which team is open, its findings, what to ask it, and what its people carry."""

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd
import streamlit as st

from corvana.analysis import wording
from corvana.analysis.account.selection import Filters
from corvana.analysis.answers import findings as words
from corvana.analysis.answers import on_call as on_call_words
from corvana.analysis.answers import teams as answers
from corvana.analysis.teams.numbers import Beside
from corvana.charts.findings import plot_ledger
from corvana.charts.on_call import plot_burden
from corvana.questions import findings, labels, on_call, tables, teams
from corvana.questions.teams import Found
from corvana.questions.view import View
from corvana.ui import captions, components
from corvana.ui.controls.choices import one_in_view
from corvana.ui.controls.period import time_zone
from corvana.ui.figures import draw_once
from corvana.ui.sections import findings as shown

OPENED: Final = "team_opened"
"""In the session, the team whose bar was clicked."""
CHOSEN: Final = "sheet"
"""The URL parameter with the team that is open."""
PAGE: Final = "../../pages/teams.py"


def none() -> None:
    """Tell the reader that there is no team, and where teams come from."""
    st.info(
        "**No teams in this account.** PagerDuty lists no team, and no service or incident names "
        "one. Teams are made in PagerDuty under People › Teams and given to services through "
        "their escalation policies; they appear here after the next collection. Until then, "
        "Escalations compares policies and Response compares services.",
        icon=":material/groups:",
    )


def open_clicked() -> None:
    """Open the team whose bar was clicked; called before the menu of teams is drawn."""
    clicked = st.session_state.pop(OPENED, None)
    if clicked:
        st.session_state[CHOSEN] = clicked[0]


def draw_findings(view: View, found: Found, subjects: Mapping[str, str], team: str) -> None:
    """Draw the team's findings with their avoidable time, and a link to each of the first."""
    if found.findings:
        components.chart(
            draw_once(plot_ledger, findings.summary(found.findings, subjects)),
            key="team-findings",
            table=tables.TEAM_FINDINGS.of(view, team),
            caption=f"Avoidable time a month, {shown.basis(view)}. Findings about the same "
            "incidents partly count the same time; the sum above counts each incident once.",
        )
    else:
        st.caption("No finding belongs to this team.")
    if found.hidden:
        st.caption(answers.hidden(found.hidden, view.settings.smallest_group))


def draw_questions(numbers: Sequence[Beside], found: Found, subjects: Mapping[str, str]) -> None:
    """Draw what to ask in the interview, with a link to the evidence of the findings."""
    asked = answers.questions(numbers, found.findings, subjects)
    components.tell("\n".join(f"{place}. {one}" for place, one in enumerate(asked, start=1)))
    with st.container(horizontal=True):
        for place, one in enumerate(found.findings[: answers.MOST_QUESTIONS], start=1):
            st.page_link(
                shown.PAGE,
                label=f"Evidence of question {place}",
                icon=":material/arrow_forward:",
                query_params={shown.OPENED: words.key(one)},
            )


def draw_load(view: View, filters: Filters, team: str) -> None:
    """Draw what the people of the team's policies carry; no single person of a small group."""
    load, names = teams.load(view, filters, team), labels.names(view, "policy")
    selected = labels.selected(view, teams.of_team(filters, team), time_zone())
    told = on_call_words.answer(load.totals, load.cover.levels, names, selected)
    components.tell(told)
    who = one_in_view("Burden of", (on_call.ROTATIONS, on_call.RESPONDERS), "of")
    if who == on_call.RESPONDERS and view.is_recognisable(load.totals.responders):
        st.info(
            on_call_words.recognisable(view.settings.smallest_group),
            icon=":material/shield_person:",
        )
        return
    burden = teams.burdens(view, filters, team, who)
    own = teams.of_team(filters, team)
    components.chart(
        draw_once(
            plot_burden,
            burden,
            on_call.names(view, who, burden["id"]),
            who,
            view.settings.basis.norms,
        ),
        key=f"team-load-{who}",
        table=tables.BURDEN.of(view, own, who),
        caption=captions.burden(who, "interruptions", view.settings.basis.norms),
    )


def headline(ranking: pd.DataFrame, team: str) -> str:
    """Return the avoidable time of the open team."""
    row = ranking[ranking["team"].eq(team)].iloc[0]
    if not row["findings"]:
        return "No finding belongs to this team."
    told = answers.worth(row)
    return f"{wording.sentence_case(told)}."
