"""The page of the timeline: dates of one's own, changes of settings, findings that are done."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from corvana.config import load_settings
from corvana.store.engine import open_database
from corvana.store.models import RegisterEntry, TimelineDate
from corvana.store.people import audit
from corvana.store.written import dates, register
from corvana.ui import captions
from corvana.ui.assessment.rights import NOT_ANY_MORE
from tests.builders.browsers.signed_in import (
    begin_session,
    configure_sign_in,
    cookies_of,
    send_cookies,
)
from tests.builders.data_folder import forget
from tests.builders.drawn_charts import texts
from tests.builders.evidence.version import AS_OF, SINCE, rows
from tests.builders.stored.one_finding import KEY, store_one_finding

ROUTER = Path(__file__).resolve().parents[3] / "corvana" / "ui" / "router.py"
MARKUP = "<b>All</b> [teams](https://example.com) *new*"
DAY = date(2026, 2, 16)


@pytest.fixture
def pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """The pages over an account of one incident, one finding, and one change of a setting."""
    change = {
        "object_type": "escalation_policy",
        "object_id": "P1",
        "at": pd.Timestamp(AS_OF - timedelta(days=2)),
        "field": "num_loops",
        "before": "0",
        "after": "2",
    }
    state = {"service_id": "S1", "since": pd.Timestamp(SINCE), "status": "active"}
    more = {
        "configuration_changes": rows("CONFIGURATION_CHANGES", change),
        "service_history": rows("SERVICE_HISTORY", state),
    }
    store_one_finding(tmp_path, monkeypatch, more)
    yield AppTest.from_file(ROUTER, default_timeout=60)
    forget()


def opened(pages: AppTest, page: str = "timeline", **query: str) -> AppTest:
    pages.run().switch_page(f"../../pages/{page}.py")
    for name, value in query.items():
        pages.query_params[name] = value
    shown = pages.run()
    assert not shown.exception
    return shown


def said(shown: AppTest) -> str:
    """What the page says; escaped characters and unbroken spaces as a reader sees them."""
    every = "\n".join(texts(shown, "markdown", "info", "error", "warning", "header"))
    return every.replace("\\", "").replace("\u00a0", " ")


def field(shown: AppTest, kind: str, label: str) -> Any:
    return next(one for one in getattr(shown, kind) if one.label.startswith(label))


def stored() -> list[tuple[str, date, str, str]]:
    engine = open_database(load_settings().database_url)
    found = dates.of_engagement(engine, "first")
    return [(one.name, one.happened_on, one.kind, one.subject_id) for one in found]


def save(row: TimelineDate, now: datetime = AS_OF) -> None:
    engine = open_database(load_settings().database_url)
    dates.save(engine, row, by="p2", now=now, connection_id="C1")


def release(**more: Any) -> TimelineDate:
    given: dict[str, Any] = {"engagement_id": "first", "id": "d1", "kind": "release"}
    return TimelineDate(**given | {"happened_on": DAY, "name": "Release 4.2"} | more)


def test_a_change_of_a_setting_is_told_and_where_the_timeline_begins(pages: AppTest) -> None:
    shown = opened(pages)
    assert "**1 change of settings, 0 findings done, 0 own dates.**" in said(shown)
    assert "first collection on, 1 Feb 2026" in said(shown)
    (table,) = [one.value for one in shown.dataframe if "What" in one.value]
    assert table.to_dict("list") == {
        "Day": ["27 Feb 2026"],
        "Kind": ["Setting"],
        "Where": ["Payments"],
        "What": ["repeats: 0 → 2"],
    }
    assert next(one.value for one in shown.header) == "27 Feb 2026\\: Payments"
    assert "No finding is set to *done* yet." in said(shown)


def test_an_assessor_adds_a_date_and_changes_and_deletes_it(pages: AppTest) -> None:
    shown = opened(pages)
    field(shown, "text_input", "What happened").set_value(MARKUP)
    field(shown, "date_input", "Day").set_value(DAY)
    field(shown, "selectbox", "Kind").set_value("reorganisation")
    field(shown, "button", "Save").click()
    shown = shown.run()
    assert stored() == [(MARKUP, DAY, "reorganisation", "")]
    assert audit.newest(open_database(load_settings().database_url))[0].detail == "saved"
    assert "1 own date." in said(shown)
    # The text of people is never read as markdown.
    assert not [one.value for one in shown.markdown if MARKUP in one.value]
    names = [one for one in shown.text_input if one.value == MARKUP]
    names[0].set_value("New teams")
    [one for one in shown.button if one.label == "Save"][1].click()
    shown = shown.run()
    assert [name for name, *_ in stored()] == ["New teams"]
    field(shown, "button", "Delete").click()
    shown.run()
    assert stored() == []


def test_a_date_without_a_name_or_in_the_future_is_not_saved(pages: AppTest) -> None:
    shown = opened(pages)
    field(shown, "date_input", "Day").set_value(AS_OF.date() + timedelta(days=1))
    field(shown, "button", "Save").click()
    shown = shown.run()
    assert stored() == []
    assert "Not saved. A date needs a name. The date lies in the future." in said(shown)


def test_who_saves_the_same_date_second_sees_both_and_chooses(pages: AppTest) -> None:
    save(release())
    shown = opened(pages)
    save(release(name="Theirs", revision=1))
    field(shown, "button", "Save")
    next(one for one in shown.text_input if one.value == "Release 4.2").set_value("Mine")
    [one for one in shown.button if one.label == "Save"][1].click()
    shown = shown.run()
    assert "Changed meanwhile" in said(shown)
    assert [name for name, *_ in stored()] == ["Theirs"]
    field(shown, "button", "Save yours").click()
    shown.run()
    assert [name for name, *_ in stored()] == ["Mine"]


def test_a_viewer_reads_the_timeline_and_cannot_change_it(
    pages: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(release())
    engine = open_database(load_settings().database_url)
    token = begin_session(engine, load_settings(), {"first": "viewer"})
    configure_sign_in(monkeypatch)
    send_cookies(monkeypatch, cookies_of(load_settings(), token))
    shown = opened(pages)
    assert "1 own date." in said(shown)
    assert not [one for one in shown.button if one.label in ("Save", "Delete")]
    assert not shown.text_input


def test_who_may_not_write_any_more_saves_nothing(
    pages: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = opened(pages)
    field(shown, "text_input", "What happened").set_value("Late")
    monkeypatch.setattr("corvana.ui.assessment.rights.may_still_change", lambda _: False)
    field(shown, "button", "Save").click()
    shown.run()
    assert stored() == []
    assert NOT_ANY_MORE in [one.value for one in shown.toast]


def test_a_finding_that_is_done_is_told_on_the_timeline_and_beside_its_evidence(
    pages: AppTest,
) -> None:
    row = RegisterEntry(engagement_id="first", key=KEY, status="done", done_on=DAY)
    engine = open_database(load_settings().database_url)
    register.save(engine, row, by="p2", now=AS_OF, connection_id="C1")
    shown = opened(pages)
    assert "1 finding done" in said(shown)
    assert "Payments: runs out of people to page** · done on 16 Feb 2026" in said(shown)
    assert (
        "**Cannot tell.** The share of incidents for which nobody was left to page: fewer than 3 "
        "whole weeks of data lie before that day, so there is nothing to compare with."
    ) in said(shown)
    assert "**Did it help?** Done on 16 Feb 2026." in said(opened(pages, "findings"))


def test_a_finding_that_is_gone_keeps_its_outcome_and_an_interview_has_none(
    pages: AppTest,
) -> None:
    engine = open_database(load_settings().database_url)
    for key, title in (("slow_ack:P1", ""), ("interview:1", "No runbooks")):
        row = RegisterEntry(engagement_id="first", key=key, status="done", done_on=DAY, title=title)
        register.save(engine, row, by="p2", now=AS_OF, connection_id="C1")
    shown = opened(pages)
    assert "Payments: slow to acknowledge** · done on" in said(shown)
    assert "No runbooks** · done on" in said(shown)
    assert "It was seen in interviews: no data shows whether it helped." in said(shown)


def test_charts_of_weeks_say_what_their_lines_are() -> None:
    assert captions.of_weeks(["a day"]).startswith("Dotted lines: days of the *Timeline*.")
    assert captions.of_weeks(()) == captions.DRAG
