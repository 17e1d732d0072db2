"""What is good, what we could not see, and the method."""

from collections.abc import Sequence
from typing import Final

from pptx.presentation import Presentation as Deck

from corvana.analysis import wording
from corvana.analysis.answers import walkthrough
from corvana.analysis.answers.scorecard import GOOD_POINTS, good, measured
from corvana.analysis.findings.registry import KINDS
from corvana.deck import look
from corvana.deck import measured as room
from corvana.deck.look import Area
from corvana.deck.shapes import QUIET, Column, Text, high, pages, row_heights, table, write
from corvana.deck.slides.slide import begin
from corvana.deck.sources import FINDINGS, Shown, of_account
from corvana.deck.story import Story

_ZONES: Final = "Responders, schedules and services whose time zone is not known:"
_TERMS: Final = (
    ("n", "how many incidents, pages, shifts or other cases a number rests on"),
    ("95 % interval", "where the true value lies, with 95 % certainty"),
    ("Comparison value", "the rest of this account, chance, or a threshold"),
    ("Certainty", "very sure: at most 1 % of such findings are chance; sure: 5 %; likely: 10 %"),
    ("Avoidable", "the time a month that a value equal to the comparison would spare, at most"),
)


def strengths(deck: Deck, story: Story) -> None:
    """Draw the checks that are met, and what was looked for and not found."""
    checks = story.checks
    known, met = checks[checks["is_known"]], good(checks)
    said = (
        f"{wording.some_of(len(met), len(known), 'check has', 'checks have')} at least "
        f"{wording.count(GOOD_POINTS)} of 100 points."
        if len(known)
        else "No check has enough data yet."
    )
    counted = of_account((said, "scorecard.checks, counted by points"))
    places = {row["check"]: place for place, row in enumerate(checks.to_dict("records"))}
    columns = (
        Column("Check", 250, bold=True),
        Column("Points", 70, is_number=True),
        Column("Value (95 % interval)", 190),
        Column("n", 70, is_number=True),
        Column("Measured", 284),
    )
    rows, shown = [], []
    for row in met.to_dict("records"):
        told = measured(row["value"], row["low"], row["high"], row["unit"])
        value = told.replace("95 % interval ", "")
        points, n = wording.count(row["points"]), wording.count(row["n"])
        rows.append((row["check"], points, value, n, row["measures"]))
        field = f"scorecard.checks[{places[row['check']]}]"
        shown.append(
            of_account((points, f"{field}.points"), (value, f"{field}.value"), (n, f"{field}.n"))
        )
    sources_of_rows = [[*counted, *own] for own in shown]
    _tables(
        deck,
        "What is good",
        said,
        columns,
        rows,
        sources_of_rows,
        "Table of the checks that are met. Each with its points, its value and what is measured.",
    )
    if story.absent:
        _absent(deck, story)


def _tables(
    deck: Deck,
    title: str,
    said: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    shown: Sequence[Sequence[Shown]],
    alternative: str,
) -> None:
    """Draw a table on as many slides as it needs; `shown` are the sources of each row."""
    if not rows:
        begin(deck, title, said)
        return
    head, *each = row_heights(columns, [[c.name for c in columns], *rows], look.SMALL)
    parts = pages(each, look.TABLE_HIGH - head)
    for number, part in enumerate(parts, start=1):
        which = f" ({number} of {len(parts)})" if len(parts) > 1 else ""
        own = [one for row in shown[part] for one in row]
        slide = begin(deck, f"{title}{which}", said, own)
        table(slide, look.BODY, columns, rows[part], alternative, heights=[head, *each[part]])


def _absent(deck: Deck, story: Story) -> None:
    only = " and ".join(f"one {noun}" for noun in story.alone)
    said = (
        f"{wording.plural(len(story.absent), 'kind of problem was', 'kinds of problems were')} "
        "looked for and not found: no case was large and clear enough."
        + (f" Only {only} had incidents, so there was nothing to compare with." if only else "")
    )
    shown = [Shown(said, FINDINGS, "kinds that are not in it")]
    slide = begin(deck, "Looked for and not found", said, shown)
    half = -(-len(story.absent) // 2)
    for place, own in enumerate((story.absent[:half], story.absent[half:])):
        area = Area(look.BODY.x + place * 444, look.BODY.y, 420, look.BODY.high)
        texts = [Text(f"– {one}", look.TEXT, space=4) for one in own]
        if texts:
            write(slide, area, texts, f"Kinds not found, column {place + 1}")


def unseen(deck: Deck, story: Story) -> None:
    """Draw what the data could not show."""
    texts, shown = _unseen(story)
    fitting = [
        Text(f"– {room.shortened(one, look.TEXT, look.BODY.wide, 3)}", look.TEXT, space=5)
        for one in texts
    ]
    parts = pages([high([one], look.BODY.wide) for one in fitting], look.BODY.high)
    for number, part in enumerate(parts, start=1):
        which = f" ({number} of {len(parts)})" if len(parts) > 1 else ""
        slide = begin(
            deck,
            f"What we could not see{which}",
            "What PagerDuty does not hold, what it did not give, and where there is too little.",
            shown,
        )
        write(slide, look.BODY, fitting[part], "What is not known")


def limits(story: Story) -> list[str]:
    """Return what the data could not show, one sentence each."""
    return _unseen(story)[0]


def _unseen(story: Story) -> tuple[list[str], list[Shown]]:
    checks = story.checks
    unknown = checks[~checks["is_known"]]
    told = [
        (
            "Work outside PagerDuty, such as chats, calls and deployments. Incident text is never "
            "stored."
        ),
        f"Anything outside the period: {story.period}.",
    ]
    if story.cover.is_partial:
        told.append("Whoever connected the account sees only a part of it.")
    told += [f"Not given by PagerDuty: {one}." for one in story.incomplete]
    if story.open_incidents:
        told.append(
            f"How {wording.plural(story.open_incidents, 'incident', 'incidents')} still open will "
            "end; they count as open for as long as they have been."
        )
    if story.without_log:
        told.append(
            f"Why {wording.plural(story.without_log, 'incident has', 'incidents have')} the status "
            "they have: no log entry tells it."
        )
    if story.unknown_zones:
        told.append(f"{_ZONES} {wording.count(story.unknown_zones)}.")
    if len(unknown):
        told.append(
            f"{wording.some_of(len(unknown), len(checks), 'check has', 'checks have')} too little "
            f"data: {', '.join(unknown['check'])}."
        )
    if story.withheld:
        told.append(walkthrough.withheld(story.withheld, story.smallest_group))
    if story.waiting:
        told.append(
            f"{wording.plural(story.waiting, 'further finding was', 'further findings were')} not "
            "reviewed by an assessor."
        )
    if story.gone:
        told.append(
            f"{wording.plural(story.gone, 'confirmed finding', 'confirmed findings')} of earlier "
            "data that the present data do not show any more."
        )
    shown = of_account(
        *((one, "scorecard.checks, counted by points") for one in told if "checks" in one),
        *((one, "findings, less those that are told") for one in told if "finding" in one),
        (story.period, "covered_since and as_of"),
        (wording.count(story.open_incidents), "incidents.n_open"),
        (wording.count(story.without_log), "incidents.n_status_without_log"),
        (wording.count(story.unknown_zones), "unknown_time_zones"),
    )
    return told, shown


def method(deck: Deck, story: Story) -> None:
    """Draw how the numbers are made and read."""
    said = (
        f"{wording.count(len(KINDS))} kinds of findings were tested together, so that at most 10 % "
        "of those listed are expected to be chance."
    )
    shown = of_account(
        (wording.count(story.version), "data_version"),
        (story.as_of, "as_of"),
        (story.analysed_as_of, "analysed_as_of"),
    )
    slide = begin(deck, "Method", said, shown)
    columns = (Column("Word", 170, bold=True), Column("Meaning", 694))
    heights = row_heights(columns, [("", ""), *_TERMS], look.SMALL)
    table(
        slide,
        look.BODY,
        columns,
        _TERMS,
        "Table of terms. Each word with its meaning.",
        heights=heights,
    )
    texts = [
        (
            "Open incidents count with the time they have been open. Incidents that come together "
            "in a storm count as fewer than they are; intervals and certainty follow that."
        ),
        (
            "People are codes made with a key of this one connection, and no code is in this deck. "
            "Findings about single people are shown only for groups of at least "
            f"{wording.count(story.smallest_group)}."
        ),
        (
            f"Data version {wording.count(story.version)}, collected until {story.as_of}; findings "
            f"as of {story.analysed_as_of}. Figures rest on {story.rests_on}."
        ),
        (
            "Each definition stands in corvana-method.html; each number in the evidence pack, "
            "where the notes below each slide say."
        ),
    ]
    area = look.BODY._replace(y=look.BODY.y + sum(heights) + 14, high=190)
    fitting = [room.shortened(one, 13, area.wide, 2) for one in texts]
    write(slide, area, [Text(one, 13, colour=QUIET, space=5) for one in fitting], "How it is made")
