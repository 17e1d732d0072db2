"""The first slides: whose account it is, its numbers, its scores."""

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd
from pptx.presentation import Presentation as Deck

from corvana.analysis import wording
from corvana.analysis.answers.reviewed import NOT_REVIEWED
from corvana.analysis.answers.scorecard import short_of, weakest
from corvana.analysis.findings.registry import KINDS
from corvana.analysis.response.breakdowns import usual_week
from corvana.analysis.response.durations import Summary
from corvana.analysis.scorecard import dimensions
from corvana.deck import charts, look, measured
from corvana.deck.look import Area
from corvana.deck.shapes import QUIET, SIDES, Column, Text, fill, panel, plain, table, write
from corvana.deck.slides.slide import begin, write_notes
from corvana.deck.sources import Shown, of_account
from corvana.deck.story import Story
from corvana.deck.template import TITLE_LAYOUT
from corvana.questions.cover import Cover

TITLE: Final = "Incident response: what we found"
_FACTS: Final = Area(72, 368, 800, 110)
_CARDS: Final = 4
_GAP: Final = 16.0
_CARD_HIGH: Final = 104.0
_POINTS: Final = 100.0


def title(deck: Deck, story: Story) -> None:
    """Draw the first slide."""
    slide = deck.slides.add_slide(deck.slide_layouts[TITLE_LAYOUT])
    fill(slide.shapes.title.text_frame, [Text(TITLE, 40, bold=True)])
    name = measured.shortened(story.name or "PagerDuty account", 20, 800, 1)
    fill(slide.placeholders[1].text_frame, [Text(name, 20)])
    facts = {
        "PagerDuty account": story.cover.account_in_words,
        "Scope": " ".join(story.cover.scope.split()),
        "Period": story.period,
        "Prepared": prepared(story.cover),
        "Findings": "" if story.is_reviewed else f"{NOT_REVIEWED} by an assessor",
    }
    told = [
        Text(measured.shortened(f"{what}: {value}", look.TEXT, 800, 1), look.TEXT, colour=QUIET)
        for what, value in facts.items()
        if value
    ]
    write(slide, _FACTS, told, "Facts")
    write_notes(
        slide,
        f"{TITLE}. {'. '.join(f'{what}: {value}' for what, value in facts.items() if value)}.",
        of_account((story.period, "covered_since and as_of")),
    )


def prepared(cover: Cover) -> str:
    """Return when and by whom it was prepared: "3 Nov 2026 by Ann Lee"; empty if neither is
    known."""
    day = cover.prepared_on
    by = f"by {cover.prepared}" if cover.prepared else ""
    return " ".join(part for part in (wording.instant(day, year=True) if day else "", by) if part)


def numbers(deck: Deck, story: Story) -> None:
    """Draw the account in numbers, and how many incidents each week had."""
    said = plain(story.answer)
    cards, shown = _numbers(story)
    slide = begin(deck, "The account in numbers", said, shown)
    wide = (look.BODY.wide - _GAP * (_CARDS - 1)) / _CARDS
    for place, (label, value, note) in enumerate(cards):
        area = Area(look.BODY.x + place * (wide + _GAP), look.BODY.y, wide, _CARD_HIGH)
        texts = [Text(label, look.SMALL, colour=QUIET), Text(value, 24, bold=True)]
        fitting = measured.shortened(note, look.SMALLEST, wide - 24, 3)
        panel(slide, area, [*texts, Text(fitting, look.SMALLEST, colour=QUIET)], label)
    caption = Area(look.BODY.x, look.BODY.y + _CARD_HIGH + 20, look.BODY.wide, 36)
    weeks = story.weeks
    texts = [
        Text("Incidents a week", look.TEXT, bold=True),
        Text(_usual(weeks.weeks), look.SMALL, colour=QUIET),
    ]
    write(slide, caption, texts, "Heading of the chart")
    if len(weeks.weeks):
        charts.weeks(slide, caption.below(6, 170), weeks.weeks, _told_weeks(weeks.weeks))


def _numbers(story: Story) -> tuple[list[tuple[str, str, str]], list[Shown]]:
    acks, resolves = story.acks, story.resolves
    services = wording.plural(story.services, "service", "services")
    cards = [
        ("Incidents", wording.count(acks.n), f"of {services}; {wording.LEFT_OUT}"),
        _half("Half acknowledged in", acks),
        _half("Half resolved in", resolves),
        (
            "Findings shown",
            wording.count(len(story.items)),
            f"{wording.count(len(KINDS))} kinds looked for"
            + ("" if story.is_reviewed else f"; {NOT_REVIEWED}"),
        ),
    ]
    shown = of_account(
        (wording.count(story.services), "services_with_incidents"),
        *_sources("seconds_to_first_ack", "n_acked", acks),
        *_sources("seconds_to_resolve", "n_resolved", resolves),
        *(
            (wording.count(n), f"weeks[{place}].n")
            for place, n in enumerate(story.weeks.weeks["n"])
        ),
        (_usual(story.weeks.weeks), "weeks: the median of n"),
    )
    return cards, shown


def _half(label: str, summary: Summary) -> tuple[str, str, str]:
    told = wording.interval(summary.half)
    is_known = not pd.isna(summary.half.value) and not pd.isna(summary.half.low)
    note = f"95 % interval: {told}" if is_known else told
    return label, wording.duration(summary.half.value), note


def _sources(field: str, done: str, summary: Summary) -> list[tuple[str, str]]:
    half = {f"half.{end}": getattr(summary.half, end) for end in ("value", "low", "high")}
    counts = {
        "n": summary.n,
        done: summary.n_done,
        "n_open": summary.n_open,
        "n_competing": summary.n_competing,
    }
    return [
        *((wording.count(n), f"{field}.{name}") for name, n in counts.items()),
        *(
            (wording.duration(value), f"{field}.{name}")
            for name, value in half.items()
            if not pd.isna(value)
        ),
    ]


def _usual(counted: pd.DataFrame) -> str:
    if counted.empty:
        return "No whole week is collected yet."
    whole = wording.plural(len(counted), "whole week", "whole weeks")
    return f"{wording.in_a_usual_week(usual_week(counted))}: the median of {whole}."


def _told_weeks(counted: pd.DataFrame) -> str:
    told = "; ".join(
        f"week of {wording.instant(week)}: {wording.count(n)}"
        for week, n in counted[["week", "n"]].itertuples(index=False, name=None)
    )
    return f"Column chart: incidents in each whole week. {told}."


def scores(deck: Deck, story: Story) -> None:
    """Draw the score of each dimension as a bar beside its weakest check."""
    checks = story.checks
    rows = dimensions(checks).to_dict("records")
    shown = of_account(*(each for place, row in enumerate(rows) for each in _of_score(place, row)))
    shown += of_account(*_of_checks(checks))
    slide = begin(deck, "Scores", plain(weakest(checks)) or "No check has enough data yet.", shown)
    if not rows:
        return
    columns = (
        Column("Dimension", 160, bold=True),
        Column("Score", 100, is_number=True),
        Column("Checks", 92),
        Column("Weakest check", 316),
    )
    texts = [
        (
            str(row["dimension"]),
            _score(row["score"]),
            f"{row['known_checks']} of {row['checks']} known",
            _weakest(checks[checks["dimension"].eq(row["dimension"])]),
        )
        for row in rows
    ]
    head, each = 24.0, 56.0
    texts = [
        (*row[:3], measured.shortened(row[3], look.SMALL, columns[3].wide - SIDES, 3))
        for row in texts
    ]
    heights = [head, *([each] * len(rows))]
    wide = sum(column.wide for column in columns)
    table(
        slide,
        look.BODY._replace(wide=wide),
        columns,
        texts,
        "Table of scores. Each dimension with its score of 100 points, and its weakest check.",
        heights=heights,
    )
    told = "; ".join(f"{row['dimension']}: {_score(row['score'])}" for row in rows)
    charts.beside_rows(
        slide,
        Area(
            look.BODY.x + wide + 16,
            look.BODY.y + head,
            look.BODY.wide - wide - 16,
            each * len(rows),
        ),
        [str(row["dimension"]) for row in rows],
        [None if pd.isna(row["score"]) else float(row["score"]) for row in rows],
        _POINTS,
        f"Bar chart of the scores. {told}. The full width is 100 points.",
    )
    note = look.BODY.below(-24, 18)
    write(
        slide,
        note,
        [
            Text(
                "There is no total score: dimensions do not make up for each other, and accounts "
                "do not compare.",
                look.SMALL,
                colour=QUIET,
            )
        ],
        "Note",
    )


def _weakest(own: pd.DataFrame) -> str:
    """The weakest check of a dimension, without the words that stand above the column."""
    told = plain(short_of(own)).removeprefix("weakest check: ")
    return wording.sentence_case(told)


def _score(points: float) -> str:
    return "not known" if pd.isna(points) else f"{points:.0f} of 100"


def _of_score(place: int, row: Mapping[Any, Any]) -> list[tuple[str, str]]:
    field = f"scorecard.dimensions[{place}]"
    return [
        (_score(row["score"]), f"{field}.score"),
        (wording.count(row["known_checks"]), f"{field}.known_checks"),
        (wording.count(row["checks"]), f"{field}.checks"),
    ]


def _of_checks(checks: pd.DataFrame) -> list[tuple[str, str]]:
    """Where the numbers of each dimension's weakest check stand."""
    found = []
    known = checks.reset_index(drop=True).query("is_known")
    for dimension, place in known.groupby("dimension", sort=False)["points"].idxmin().items():
        told = _weakest(checks[checks["dimension"].eq(str(dimension))])
        field, row = f"scorecard.checks[{place}]", checks.iloc[int(place)]
        if row["points"] >= _POINTS:
            found.append((told, f"{field} and the others, by points"))
            continue
        found.append((told, f"{field}.value"))
        if wording.count(row["n"]) in told:
            found.append((told, f"{field}.n"))
    return found
