"""The report: one file that opens anywhere, names nobody and loads nothing."""

import re
from dataclasses import replace

import pytest

from corvana.analysis.answers.findings import size
from corvana.analysis.scorecard import DIMENSIONS, scorecard
from corvana.versions.account_frames import account_of
from corvana.versions.files import DataVersion
from tests.builders.analysis.ledger_of_findings import CODE, finding, ledger, overloaded, shifts
from tests.builders.evidence.read_report import Document, labels, reported, version
from tests.builders.left_behind import personal
from tests.conftest import Connected


@pytest.fixture
def collected(concluded: Connected) -> DataVersion:
    """A real account, analysed."""
    return concluded.data()


def test_the_report_of_an_empty_version_is_whole_and_says_that_there_are_no_findings() -> None:
    document = Document(reported(version()))
    assert (document.open, document.crossed) == ([], [])
    for said in (
        "No incident matches this selection.",
        "No finding: no difference",
        "No check has enough data yet.",
        "Not made yet.",
        "No findings.",
    ):
        assert said in document.text
    assert "1 Feb to 1 Mar 2026" in document.text


def test_the_report_of_a_real_account_is_well_formed_and_names_nobody(
    collected: DataVersion, concluded: Connected
) -> None:
    made = reported(collected)
    document = Document(made)
    assert (document.open, document.crossed) == ([], [])
    ids = [attributes["id"] for _, attributes in document.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    # Plotly's own source is no part of what was collected.
    own = "".join(document.said + document.scripts[1:])
    assert [each for each in sorted(personal(concluded)) if each in own] == []
    people = set(collected.frame("responders")["responder"])
    people |= set(collected.frame("shifts")["responder"])
    assert len(people) > 5
    assert [person for person in sorted(people) if person in own or person[:6] in own] == []
    assert "Nobody is always on call" in document.texts_of("th")


def test_the_same_version_makes_the_same_bytes(collected: DataVersion) -> None:
    assert reported(collected) == reported(collected)


def test_the_report_loads_nothing() -> None:
    found = ledger(finding("exhausted_policy"))
    document = Document(reported(version(findings=found, labels=labels(P1="Payments"))))
    assert {load for load in document.loads if not load.startswith("#")} == set()
    assert not re.search(r"@import|url\(", "".join(document.styles))
    (policy,) = [
        attributes["content"]
        for tag, attributes in document.tags
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert str(policy).startswith("default-src 'none'; ")
    assert "http" not in str(policy)


def test_plotly_is_in_it_once_and_every_finding_told_has_its_figure() -> None:
    found = ledger(finding("exhausted_policy"), finding("noisy_service"))
    document = Document(reported(version(findings=found)))
    assert sum(len(script) > 1_000_000 for script in document.scripts) == 1
    drawn = [attributes["id"] for _, attributes in document.tags if "figure-" in str(attributes)]
    assert drawn == ["figure-1", "figure-2", "figure-weeks"]


def test_a_label_is_text_wherever_it_stands() -> None:
    name = "<script>alert(1)</script>&\"'"
    made = reported(version(findings=ledger(finding("exhausted_policy")), labels=labels(P1=name)))
    document = Document(made)
    assert "<script>alert(1)" not in made
    assert (document.open, document.crossed) == ([], [])
    assert f"{name} reached the end of the policy" in document.text


def test_a_responder_is_told_of_only_as_one_of_a_group() -> None:
    def made(people: int) -> str:
        return reported(
            version(
                findings=ledger(overloaded()),
                shifts=shifts(people),
                labels=labels(H1="Search front line"),
            )
        )

    large, small = made(5), made(4)
    assert "One responder of Search front line" in large
    assert "Search front line" not in small
    assert "1 further finding is not shown here" in small
    assert CODE not in large + small


def test_it_can_be_read_by_ear() -> None:
    document = Document(reported(version(findings=ledger(finding("exhausted_policy")))))
    tags = dict(document.tags)
    assert tags["html"]["lang"] == "en"
    assert document.headings.count(1) == 1
    steps = zip(document.headings, document.headings[1:], strict=False)
    assert max(later - earlier for earlier, later in steps) == 1
    scopes = {attributes.get("scope") for tag, attributes in document.tags if tag == "th"}
    assert scopes == {"col", "row"}
    rows = Document(reported(version(scorecard=scorecard(account_of(version())))))
    scopes = {attributes.get("scope") for tag, attributes in rows.tags if tag == "th"}
    assert scopes == {"col", "row", "rowgroup"}
    figures = sum(tag == "figure" for tag, _ in document.tags)
    assert figures == sum(tag == "figcaption" for tag, _ in document.tags) == 2
    pictures = [each["aria-label"] for _, each in document.tags if each.get("role") == "img"]
    assert str(pictures[0]).startswith(
        "Incidents for which nobody was left to page. P1: 50 % (40 % to 60 %)."
    )


def test_every_check_of_the_scorecard_is_in_it_with_its_thresholds() -> None:
    checks = scorecard(account_of(version()))
    document = Document(reported(version(scorecard=checks)))
    for check in checks["check"]:
        assert check in document.text
    assert "Coverage: not known, from 0 of 4 checks" in document.text
    cells = document.texts_of("td")
    for own in DIMENSIONS.values():
        for check in own:
            assert size(check.fails_at, check.unit) in cells
            assert size(check.meets_at, check.unit) in cells


def test_what_is_incomplete_is_said() -> None:
    partial = replace(version(), incomplete=("schedules of two teams",))
    assert "schedules of two teams" in Document(reported(partial)).text
