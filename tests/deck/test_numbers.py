"""Every number on every slide is the one in the evidence pack, to the last digit that is shown."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import pytest

from corvana.analysis.account.analysed import Account
from corvana.analysis.answers import findings as words
from corvana.analysis.answers.findings import size
from corvana.analysis.assessment.register import Entry
from corvana.analysis.findings.kind import Finding
from corvana.analysis.findings.registry import KINDS
from corvana.analysis.scorecard import DIMENSIONS
from corvana.analysis.wording import count, duration, percent, proportion
from corvana.deck.document import deck_pptx
from corvana.evidence import documents
from corvana.questions import accounts, findings
from corvana.questions.cover import Cover
from corvana.questions.view import View
from tests.builders.deck.read_deck import Noted, ReadDeck, ReadSlide
from tests.conftest import Connected

STEP = re.compile(r"\[(\d+)\]|([a-z_0-9]+)")
NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
PERIOD = re.compile(r"\d+ [A-Z][a-z]{2}(?: \d{4})?|\d{4}-\d\d-\d\d \d\d:\d\d UTC")
MEASURED = {
    number
    for checks in DIMENSIONS.values()
    for check in checks
    for number in re.findall(r"\d+", check.measures)
}
FIXED = {
    # What the slides themselves say of intervals, certainty and points.
    "The account in numbers": {"95", str(len(KINDS))},
    "Scores": {"100"},
    "What is good": {"95", "100", "80", *MEASURED},
    "Method": {"95", "1", "5", "10", str(len(KINDS))},
    "What we could not see": {"5"},
}


class Pack:
    """findings.json and metrics.json as a reader of the evidence pack has them."""

    def __init__(self, view: View) -> None:
        account: Account = accounts.whole(view)
        found = {
            "findings.json": documents.findings(view, account, KINDS),
            "metrics.json": documents.metrics(view, account),
        }
        self.files: dict[str, Any] = json.loads(json.dumps(found, allow_nan=False))

    def value(self, noted: Noted) -> Any:
        value = self.files[noted.file]
        for place, name in STEP.findall(noted.field):
            value = value[int(place)] if place else value[name]
        return value

    def forms(self, noted: Noted) -> set[str]:
        """How the value of a field may be written on a slide."""
        value, last = self.value(noted), STEP.findall(noted.field)[-1]
        if isinstance(value, str):
            is_instant = last[1].endswith("as_of")
            return {f"{value[:10]} {value[11:16]} UTC" if is_instant else value}
        name = last[1]
        if noted.file == "findings.json":
            unit = self.files["findings.json"][int(STEP.findall(noted.field)[0][0])]["unit"]
            if name == "n":
                return {count(value)}
            if name == "avoidable_minutes_per_month":
                return {duration(value * 60) if value and value > 0 else "no avoidable time"}
            return {size(float("nan") if value is None else value, unit)}
        if noted.field.startswith("scorecard.checks") and name == "value":
            return self._check(noted)
        if noted.field.startswith("scorecard.dimensions") and name == "score":
            return {"not known"} if value is None else {f"{value:.0f} of 100"}
        is_time = noted.field.startswith("seconds_") and ".half." in noted.field
        return {duration(value) if is_time else count(value)}

    def _check(self, noted: Noted) -> set[str]:
        """A check is told as it is, or as what is left of the whole."""
        row = self.value(Noted("", noted.file, noted.field.removesuffix(".value")))
        value, n = row["value"], row["n"]
        if value is None:
            return {"fewer than half"}
        if row["unit"] != "share":
            return {size(value, row["unit"]), f"{value:.1f}"}
        rest = 1 - value
        return {percent(value), percent(rest), proportion(value, n), proportion(rest, n)}


class Made:
    """What is made of one account once and only read afterwards."""

    def __init__(self, view: View) -> None:
        self.view = view

    @cached_property
    def pack(self) -> Pack:
        return Pack(self.view)

    @cached_property
    def decks(self) -> Mapping[str, ReadDeck]:
        """The deck with the three largest findings, and with every finding confirmed."""
        return {
            "not reviewed": _deck(self.view, []),
            "all confirmed": _deck(self.view, findings.listed(self.view)),
        }


@pytest.fixture(scope="module")
def kept() -> list[Made]:
    """What the first test of this module made."""
    return []


@pytest.fixture
def made(kept: list[Made], request: pytest.FixtureRequest) -> Made:
    if not kept:
        concluded: Connected = request.getfixturevalue("concluded")
        kept.append(Made(View.of_version(concluded.data())))
    return kept[0]


@pytest.fixture
def view(made: Made) -> View:
    return made.view


@pytest.fixture
def pack(made: Made) -> Pack:
    return made.pack


@pytest.fixture(params=["not reviewed", "all confirmed"])
def told(request, made: Made) -> ReadDeck:
    return made.decks[request.param]


def _deck(view: View, found: Sequence[Finding]) -> ReadDeck:
    """The deck of the account when these findings are confirmed."""
    register = {words.key(one): Entry(words.key(one), "confirmed") for one in found}
    cover = Cover(client="Acme 24×7", account="acme")
    return ReadDeck(deck_pptx(replace(view, register=register), cover))


def numbers(text: str) -> set[str]:
    return set(NUMBER.findall(text))


def findings_of(told: ReadDeck) -> list[ReadSlide]:
    """The slides of findings, without those on which what to do goes on."""
    own = (slide for slide in told.slides if re.match(r"\d+\. ", slide.title))
    return [slide for slide in own if not slide.title.endswith("(what to do)")]


def names_of(view: View) -> list[str]:
    return sorted(view.frame("labels")["label"].unique(), key=len, reverse=True)


def left(slide: ReadSlide, view: View) -> set[str]:
    """The numbers of a slide that are not part of a name or a date, and that its notes do not
    name."""
    text = slide.text
    for name in names_of(view):
        text = text.replace(name, " ")
    text = PERIOD.sub(" ", text)
    known = set().union(*(numbers(one.text) for one in slide.noted))
    return numbers(text) - known


def test_every_number_on_every_slide_is_named_in_its_notes(told, view):
    for place, slide in enumerate(told.slides):
        fixed = next((v for title, v in FIXED.items() if slide.title.startswith(title)), set())
        own = re.match(r"(\d+)\. ", slide.title)
        fixed = fixed | {str(place + 1)} | ({own[1], "95"} if own else set())
        if slide.title.startswith("Roadmap"):
            fixed = fixed | {str(number) for number in range(1, len(told.slides))}
        if slide.title.startswith("The account"):
            fixed = fixed | {str(len(findings_of(told)))}
        fixed = fixed | numbers(" ".join(re.findall(r"\(\d+ of \d+\)", slide.title)))
        fixed = fixed | numbers("Acme 24×7")
        assert left(slide, view) <= fixed, (slide.title, left(slide, view) - fixed)


def test_every_number_that_the_notes_name_is_that_of_the_evidence_pack(told, pack):
    seen = 0
    for slide in told.slides:
        for noted in slide.noted:
            if noted.file not in pack.files or " " in noted.field:
                continue
            forms = pack.forms(noted)
            assert any(form in noted.text for form in forms), (slide.title, noted, forms)
            seen += 1
    assert seen > 100


def test_a_finding_says_the_same_as_the_pack_in_every_place(told, pack):
    found = pack.files["findings.json"]
    for slide in findings_of(told):
        place = next(int(STEP.findall(one.field)[0][0]) for one in slide.noted)
        own = found[place]
        assert slide.title.partition(". ")[2] == own["words"]["title"]
        assert own["words"]["sentence"] in slide.texts
        assert own["words"]["advice"] in slide.text
        low, high = (size(one, own["unit"]) for one in own["interval"])
        effect = size(own["effect"], own["unit"])
        panel = slide.text
        assert (f"{effect} ({low} to {high})" if low != high else effect) in panel
        assert f"{own['words']['certainty']}, n = {count(own['n'])}" in panel
        (chart,) = slide.charts
        (subject, _), (_, reference) = (series.values for series in chart.plots[0].series)
        assert subject == pytest.approx(own["effect"], rel=1e-12)
        assert reference == pytest.approx(own["evidence"]["reference"], rel=1e-12)


def test_the_weeks_of_the_chart_are_those_of_the_pack(told, pack):
    (chart,) = told.slide("The account in numbers").charts
    (series,) = chart.plots[0].series
    assert list(series.values) == [week["n"] for week in pack.files["metrics.json"]["weeks"]]


def test_the_scores_of_the_chart_are_those_of_the_pack(told, pack):
    (chart,) = told.slide("Scores").charts
    (series,) = chart.plots[0].series
    scores = pack.files["metrics.json"]["scorecard"]["dimensions"]
    assert list(series.values) == pytest.approx([one["score"] for one in scores])
    assert [str(one) for one in chart.plots[0].categories] == [one["dimension"] for one in scores]


def test_the_roadmap_has_every_finding_with_its_avoidable_time(told, pack):
    found = pack.files["findings.json"]
    rows = [
        row
        for slide in told.slides
        if slide.title.startswith("Roadmap")
        for table in slide.tables
        for row in table[1:]
    ]
    assert sorted(row[1] for row in rows) == sorted(slide.title for slide in findings_of(told))
    minutes = {f"{one['words']['title']}": one["avoidable_minutes_per_month"] for one in found}
    for row in rows:
        told_minutes = minutes[row[1].partition(". ")[2]]
        assert duration(told_minutes * 60) in row[4] or not told_minutes


def test_counted_checks_and_withheld_findings_are_those_of_the_pack(told, pack):
    totals = pack.files["metrics.json"]
    points = [one["points"] for one in totals["scorecard"]["checks"]]
    known = [one for one in points if one is not None]
    good = sum(one >= 80 for one in known)
    assert f"{good} of {len(known)} checks" in told.slide("What is good").text
    unseen = told.slide("What we could not see").text
    unknown = len(points) - len(known)
    assert f"{unknown} of {len(points)} checks ha" in unseen if unknown else True
    shown = len(findings_of(told))
    left = sum(int(n) for n in re.findall(r"(\d+) further finding", unseen))
    assert shown + left == totals["findings"]


def test_the_kinds_that_were_not_found_are_those_of_which_the_pack_has_none(told, pack):
    kinds = {one["kind"] for one in pack.files["findings.json"]}
    absent = [kind.title for kind in KINDS if kind.name not in kinds]
    slide = told.slide("Looked for and not found")
    assert f"{len(absent)} kind" in slide.text
    assert [title for title in absent if title not in slide.text] == []
