"""Which team to go to first, and one team beside the rest: its numbers, findings and questions."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from corvana.analysis import wording
from corvana.analysis.answers import teams as answers
from corvana.charts.breakdowns import plot_breakdown
from corvana.charts.escalations import plot_policies
from corvana.charts.teams import plot_teams
from corvana.questions import findings, labels, response, tables, teams
from corvana.questions.view import View
from corvana.ui import components, layout
from corvana.ui.cards.teams import team_cards
from corvana.ui.controls.active_filters import stop_when_empty
from corvana.ui.controls.filters import filters_row, one_of
from corvana.ui.figures import draw_once
from corvana.ui.open_page import redraw_when_replaced
from corvana.ui.sections import findings as shown
from corvana.ui.sections import teams as sheet


@st.fragment
def draw(view: View, answer: DeltaGenerator) -> None:
    """Draw the filters and what they select; a filter that changes draws only this part anew."""
    redraw_when_replaced(view)
    filters = filters_row(view)
    ranking = teams.ranked(view, filters)
    if ranking.empty:
        answer.empty()
        sheet.none()
        st.stop()
    n = response.selected(view, filters)
    stop_when_empty(view, n, filters, answer)

    names, subjects = labels.names(view, "team"), labels.subjects(view)
    if findings.is_analysed(view):
        told = answers.answer(ranking, names, teams.largest(view), subjects)
        components.tell(told, answer)
    else:
        shown.follow_later(view, "The order of the teams and their findings")
    left, right = layout.side_by_side()
    with left:
        components.chart(
            draw_once(plot_teams, ranking, names),
            key="teams-avoidable",
            table=tables.TEAMS.of(view),
            caption=answers.caption(shown.basis(view), teams.without_team(view, filters), n),
            filters_by=sheet.OPENED,
        )
    with right:
        components.chart(
            draw_once(plot_breakdown, teams.medians(view, filters), names, kinds="teams"),
            key="teams-medians",
            table=tables.GROUPS.of(view, filters, "seconds_to_first_ack", "team"),
            caption="Incidents of the period, acknowledged ones in brackets; fewer than ten pale "
            "and last. Whisker: 95 % interval. Click one to open the team.",
            filters_by=sheet.OPENED,
        )
    components.method("Avoidable time by team", "A team against the rest")

    sheet.open_clicked()
    team = one_of("Team", sheet.CHOSEN, ranking["team"].tolist(), names) or ranking["team"].iloc[0]
    name = wording.plain(names.get(team, team))
    st.header(f"{name}, beside the rest of the account", anchor=False, divider="gray")
    components.tell(sheet.headline(ranking, team))
    numbers = teams.beside_the_rest(view, filters, team)
    compared = answers.compared(teams.selected_of_all(view, filters))
    components.cards(team_cards(numbers, view.settings.basis.hours), of=compared, columns=3)

    st.header("What to ask in the interview", anchor=False)
    found = teams.found(view, team)
    sheet.draw_questions(numbers, found, subjects)
    st.header("Its findings", anchor=False)
    sheet.draw_findings(view, found, subjects, team)
    st.header("Its escalation policies", anchor=False)
    own = teams.of_team(filters, team)
    components.chart(
        draw_once(plot_policies, teams.policies(view, filters, team), labels.names(view, "policy")),
        key="team-policies",
        table=tables.POLICIES.of(view, own),
        caption="The team's high-urgency incidents by their last policy, over their whole life. "
        "n in brackets; fewer than ten pale and last. Click one to highlight it.",
        filters_by="policy",
    )
    st.header("What its people carry", anchor=False)
    sheet.draw_load(view, filters, team)
