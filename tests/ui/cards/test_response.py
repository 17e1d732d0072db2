"""The cards of the overview and of the response page: one population a block, few are counted."""

from datetime import timedelta

import pandas as pd

from corvana.analysis.response import breakdowns, durations
from corvana.questions.response import Compared
from corvana.ui.cards.response import cards_of_all, cards_of_done, overview_cards
from tests.builders.analysis.written_account import END, START, account, incident


def acked(minutes, day=0):
    return incident(
        "db",
        acked=minutes,
        resolved=60.0,
        seconds_to_first_ack=minutes * 60.0,
        created_at=START + timedelta(days=day),
    )


def unseen(day=0):
    return incident("db", resolved=60.0, created_at=START + timedelta(days=day))


def summaries(*rows):
    """Both durations, and the weeks of the period."""
    frame = account(rows).incidents
    weeks = breakdowns.weekly_trend(frame, "seconds_to_first_ack", "UTC")
    whole = breakdowns.whole_weeks(weeks, START, END, "UTC")
    return frame, durations.ack_summary(frame, END), durations.resolve_summary(frame, END), whole


MANY = [acked(float(minute), minute) for minute in range(1, 26)] + [unseen(3)] * 5


def test_a_block_is_of_all_or_of_those_acknowledged_and_its_cards_agree():
    _, acks, _, weeks = summaries(*MANY)
    half, share = cards_of_all(Compared(acks, None, None), "acknowledged")
    assert half.value == wording_of(acks.half)
    assert (share.value, share.note) == ("83 %", "66 to 93 % · 0 still waiting")
    median, p90, p95 = cards_of_done(acks, "acknowledged", weeks)
    assert (median.value, p90.value) == ("13 min", "22 min 36 s")
    assert (p95.value, p95.note) == ("–", "needs 50 values; there are 25 values")
    assert not half.course, "the weekly medians are of the acknowledged only"
    assert median.help.startswith("Of the acknowledged incidents")


def test_a_card_says_how_few_separate_incidents_those_of_storms_are_worth():
    """Ten storms of six; the incidents of a storm are acknowledged in the same minute."""
    frame = account([acked(float(day), day) for day in range(1, 11) for _ in range(6)]).incidents
    stormy = frame.assign(storm=[day for day in range(1, 11) for _ in range(6)])
    half, _ = cards_of_all(Compared(durations.ack_summary(stormy, END), None, None), "acknowledged")
    assert half.note.endswith(" · 60 incidents, as much as 8 separate ones")
    assert "are alike" in half.help
    apart, _ = cards_of_all(Compared(durations.ack_summary(frame, END), None, None), "acknowledged")
    assert "separate" not in apart.note


def wording_of(estimate):
    return f"{estimate.value / 60:.0f} min"


def test_the_overview_names_the_median_of_the_acknowledged_and_a_usual_week():
    frame, acks, resolves, weeks = summaries(*MANY)
    shown = overview_cards(
        Compared(acks, None, None), Compared(resolves, None, None), durations.unresolved(frame),
        weeks, weeks, weeks,
    )  # fmt: skip
    by_label = {card.label: card for card in shown}
    assert "13 min among the 25 acknowledged" in by_label["Half acknowledged in"].note
    assert by_label["Acknowledged"].note == "66 to 93 % · of 30 incidents"
    assert by_label["Incidents"].note == "7 in a usual week of this period · 3 whole weeks"
    assert by_label["Open now"].note == "0 never acknowledged"
    assert "It has no line: of earlier weeks" in by_label["Open now"].help


def test_one_incident_is_counted():
    frame, acks, resolves, weeks = summaries(acked(3.0))
    shown = overview_cards(
        Compared(acks, None, None), Compared(resolves, None, None), durations.unresolved(frame),
        weeks, weeks, pd.DataFrame({"n": [], "p50": []}),
    )  # fmt: skip
    told = {card.label: (card.value, card.note) for card in shown}
    assert told["Half acknowledged in"] == ("–", "needs 10 incidents; there is 1 incident")
    assert told["Acknowledged"] == ("1 of 1", "of 1 incident")
    assert told["Incidents"] == ("1", "no whole week in the period")


def test_where_all_are_acknowledged_one_median_is_shown():
    _, acks, _, weeks = summaries(*[acked(float(minute)) for minute in range(2, 14)])
    half, _ = cards_of_all(Compared(acks, None, None), "acknowledged")
    assert half.value == "7 min"
    labels = [card.label for card in cards_of_done(acks, "acknowledged", weeks)]
    assert labels == ["P90", "P95"], "the median would be between the two in the middle"


def test_nothing_is_foretold_from_fewer_than_ten():
    young = [incident("db", created_at=END - timedelta(seconds=5))] * 12
    _, acks, _, _ = summaries(*[acked(float(minute)) for minute in range(2, 10)], *young)
    half, _ = cards_of_all(Compared(acks, None, None), "acknowledged")
    assert (half.value, half.note) == ("–", "8 acknowledged so far, 12 still open")


def test_the_course_of_medians_has_only_weeks_with_ten():
    rows = [acked(float(minute), 7 * week) for week in range(4) for minute in range(1, 7)]
    _, acks, _, weeks = summaries(*rows, *[unseen(3)])
    median = cards_of_done(acks, "acknowledged", weeks)[0]
    assert (median.label, median.course) == ("Median", "")
    assert "The line" not in median.help


def test_fewer_than_half_acknowledged_is_not_called_too_little_data():
    _, acks, _, _ = summaries(*[acked(3.0)] * 5, *[unseen()] * 15)
    half, _ = cards_of_all(Compared(acks, None, None), "acknowledged")
    assert (half.value, half.note) == ("–", "fewer than half acknowledged")


def test_the_lines_of_the_overview_have_the_weeks_they_are_given():
    rows = [acked(float(minute), 7 * week) for week in range(9) for minute in range(1, 13)]
    frame, acks, resolves, weeks = summaries(*rows)
    eight = pd.DataFrame(
        {"n": [20] * 8, "n_done": [10] * 7 + [15], "p50": [60.0] * 8, "week": range(8)}
    )
    shown = overview_cards(
        Compared(acks, None, None), Compared(resolves, None, None), durations.unresolved(frame),
        eight, eight, weeks,
    )  # fmt: skip
    courses = {card.label: card.course.split("](")[0] for card in shown if card.course}
    assert courses["Incidents"].startswith("![8 weeks: from 20 in the first to 20 in the last")
    assert courses["Acknowledged"].startswith("![8 weeks: from 50 % in the first to 75 % in the")
    assert courses["Half acknowledged in"].startswith("![8 weeks with 10 or more: from 1 min")
    assert set(courses) == {"Half acknowledged in", "Acknowledged", "Incidents"}
