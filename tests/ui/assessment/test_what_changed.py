"""The page *What changed?* over stored accounts: empty, with baselines, for viewers."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from benchmarks.simulated_account import account
from benchmarks.stored_account import database_of, store_engagement
from corvana.analysis.account.analysed import Account
from corvana.analysis.findings.registry import KINDS
from corvana.questions.assessment import changed
from corvana.sandbox.play.build import build_world
from corvana.store.written import baselines as written
from corvana.ui import access as rights
from corvana.ui.assessment.rights import NOT_ANY_MORE
from corvana.versions import conclusions
from tests.builders.data_folder import forget, read_from
from tests.builders.drawn_charts import charts, texts
from tests.builders.stored.with_baseline import freeze_at

ROUTER = Path(__file__).resolve().parents[3] / "corvana" / "ui" / "router.py"
END = datetime(2026, 11, 20, tzinfo=UTC)
WEEK = timedelta(weeks=1)
HOSTILE = "Handed over <b>bold</b> *star* [link](http://a.b)"


@pytest.fixture(scope="module")
def made() -> Account:
    return account(build_world(seed=3, end=END, days=84, incidents=400))


@pytest.fixture
def engagement(
    made: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Path, str]]:
    few = (KINDS[0], KINDS[1], KINDS[3])
    monkeypatch.setattr(changed, "KINDS", few)
    monkeypatch.setattr(conclusions, "KINDS", few)
    folder = tmp_path / "data"
    yield folder, store_engagement(folder, "Acme", made)
    forget()


def opened(stored: tuple[Path, str], monkeypatch: pytest.MonkeyPatch, **asked: str) -> AppTest:
    read_from(stored[0], stored[0].parent, monkeypatch)
    page = AppTest.from_file(ROUTER, default_timeout=120)
    page.query_params["engagement"] = stored[1]
    shown = page.run().switch_page("../../pages/what_changed.py")
    for name, value in asked.items():
        shown.query_params[name] = value
    shown = shown.run()
    assert not shown.exception
    return shown


def said(shown: AppTest) -> str:
    return "\n".join(texts(shown, "markdown", "info", "caption"))


def test_without_a_baseline_the_page_says_what_one_is_for(
    engagement: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = opened(engagement, monkeypatch, way="Since a baseline")
    assert "**No baseline yet.**" in said(shown)
    assert "Freeze one, at the latest when" in said(shown)
    assert not charts(shown)
    assert [button.label for button in shown.button if "Freeze" in button.label]


def test_without_a_baseline_the_page_opens_on_two_periods(
    engagement: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = opened(engagement, monkeypatch)
    assert re.search(r"\*\*.* against .*: ", said(shown))
    assert "**No baseline yet.**" in said(shown)
    assert len(charts(shown)) == 2


def test_an_assessor_freezes_and_is_told_from_when_on_it_can_be_compared(
    engagement: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = opened(engagement, monkeypatch)
    shown.text_input(key="baseline_name").set_value(HOSTILE)
    freeze = next(button for button in shown.button if "Freeze" in button.label)
    shown = freeze.click().run()
    assert not shown.exception
    (kept,) = written.listed(database_of(engagement[0]), engagement[1])
    assert (kept.name, kept.changed_by) == (HOSTILE, "this computer")
    assert "No baseline yet" not in said(shown)
    assert "**Nothing was collected since the baseline.**" in said(shown)


@pytest.mark.parametrize("name", ["", "   ", "handed OVER"])
def test_a_baseline_needs_a_name_of_its_own(
    engagement: tuple[Path, str], made: Account, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    freeze_at(*engagement, made, END - timedelta(days=2), "Handed over")
    shown = opened(engagement, monkeypatch)
    shown.text_input(key="baseline_name").set_value(name)
    next(button for button in shown.button if "Freeze" in button.label).click().run()
    assert len(written.listed(database_of(engagement[0]), engagement[1])) == 1


def test_a_baseline_is_compared_with_now_and_its_name_is_plain_text(
    engagement: tuple[Path, str], made: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    freeze_at(*engagement, made, END - 6 * WEEK, HOSTILE)
    shown = opened(engagement, monkeypatch)
    told = said(shown)
    assert "**Since “Handed over \\<b\\>bold\\</b\\>" in told
    assert "[link](http" not in told
    assert len(charts(shown)) == 3
    assert [metric.label for metric in shown.metric] == [
        "Half acknowledged in", "Escalated", "Interruptions a week", "Share in sleep hours"
    ]  # fmt: skip
    assert {"Scores", "Findings", "Baselines"} <= {each.value for each in shown.header}


def test_a_baseline_of_another_release_is_marked(
    engagement: tuple[Path, str], made: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    freeze_at(*engagement, made, END - 6 * WEEK, "Old", concluded_by="older", built_by="older")
    told = said(opened(engagement, monkeypatch))
    assert "were worked out by another release. Here they are worked out anew" in told
    assert "were made from PagerDuty's log by another release" in told


def test_a_young_baseline_is_told_to_be_young(
    engagement: tuple[Path, str], made: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    freeze_at(*engagement, made, END - timedelta(days=2), "Young")
    told = said(opened(engagement, monkeypatch))
    assert "**Fewer than seven days.**" in told
    assert "From 25 Nov 2026 on they can be compared." in told


def test_two_periods_are_compared_by_their_address(
    engagement: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = opened(engagement, monkeypatch, way="Two periods")
    assert "against" in said(shown)
    assert "Scores and findings are not compared for periods" in said(shown)
    assert len(charts(shown)) == 2


def test_a_viewer_reads_and_changes_nothing(
    engagement: tuple[Path, str], made: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rights.Access, "may_change", property(lambda _: False))
    shown = opened(engagement, monkeypatch)
    assert "An assessor of this engagement can freeze one." in said(shown)
    freeze_at(*engagement, made, END - 6 * WEEK, "Handed over")
    shown = opened(engagement, monkeypatch)
    assert len(charts(shown)) == 3
    assert not [button.label for button in shown.button if "Freeze" in button.label]
    assert not [button.label for button in shown.button if "Delete" in button.label]


def test_a_right_that_was_taken_away_meanwhile_freezes_nothing(
    engagement: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = opened(engagement, monkeypatch)
    shown.text_input(key="baseline_name").set_value("Too late")
    freeze = next(button for button in shown.button if "Freeze" in button.label)
    monkeypatch.setattr("corvana.ui.assessment.rights.may_still_change", lambda _: False)
    freeze.click().run()
    assert not written.listed(database_of(engagement[0]), engagement[1])
    assert NOT_ANY_MORE in [one.value for one in shown.toast]


def test_an_assessor_deletes_a_baseline(
    engagement: tuple[Path, str], made: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity = freeze_at(*engagement, made, END - 6 * WEEK, "Handed over")
    shown = opened(engagement, monkeypatch)
    shown.selectbox(key="baseline_to_delete").set_value(identity)
    next(button for button in shown.button if "Delete" in button.label).click().run()
    assert not written.listed(database_of(engagement[0]), engagement[1])
    assert not list((engagement[0] / "snapshots").glob("*/baselines/*"))
