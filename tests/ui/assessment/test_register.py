"""Deciding about findings on their page and in the register, by two assessors and a viewer."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session
from streamlit.testing.v1 import AppTest

from corvana.analysis.assessment.register import Entry
from corvana.config import load_settings
from corvana.store.engine import open_database
from corvana.store.models import RegisterEntry
from corvana.store.people import audit
from corvana.store.written import register
from corvana.ui import access
from tests.builders.browsers.signed_in import (
    begin_session,
    configure_sign_in,
    cookies_of,
    send_cookies,
)
from tests.builders.data_folder import forget
from tests.builders.drawn_charts import texts
from tests.builders.evidence.version import AS_OF
from tests.builders.stored.one_finding import KEY, store_one_finding

ROUTER = Path(__file__).resolve().parents[3] / "corvana" / "ui" / "router.py"
MARKUP = "<script>alert(1)</script> **bold** [link](https://example.com) :red[x] $x$"


@pytest.fixture
def pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """The pages over an account with one finding whose advice assumes something."""
    store_one_finding(tmp_path, monkeypatch)
    yield AppTest.from_file(ROUTER, default_timeout=60)
    forget()


def opened(pages: AppTest, page: str = "findings") -> AppTest:
    pages.run().switch_page(f"../../pages/{page}.py")
    pages.session_state["register-decide"] = True
    pages.session_state["register-history"] = True
    shown = pages.run()
    assert not shown.exception
    return shown


def field(shown: AppTest, kind: str, label: str) -> Any:
    return next(one for one in getattr(shown, kind) if one.label.startswith(label))


def submitted(shown: AppTest, label: str = "Save the decision") -> AppTest:
    field(shown, "button", label).click()
    after = shown.run()
    assert not after.exception
    return after


def stored() -> dict[str, Any]:
    engine = open_database(load_settings().database_url)
    return {one.key: one for one in register.entries(engine, "first")}


def said(shown: AppTest) -> str:
    return raw(shown).replace("\\", "")


def raw(shown: AppTest) -> str:
    """What is said, as Markdown."""
    return "\n".join(texts(shown, "markdown", "caption", "error", "warning"))


def test_an_assessor_confirms_a_finding_beside_its_evidence(pages: AppTest) -> None:
    shown = opened(pages)
    assert "**Decision: open** · In the data" in said(shown)
    field(shown, "selectbox", "Status").set_value("confirmed")
    field(shown, "text_area", "Note").set_value(MARKUP)
    shown = submitted(shown)
    entry = stored()[KEY]
    assert (entry.status, entry.note, entry.revision) == ("confirmed", MARKUP, 1)
    assert "**Decision: confirmed**" in said(shown)
    assert "\\<script\\>alert\\(1\\)" in raw(shown)
    assert "<script>" not in raw(shown)
    history = register.history(open_database(load_settings().database_url), "first", KEY)
    assert {one.field for one in history} == {"status", "note"}
    (noted,) = [
        one
        for one in audit.newest(open_database(load_settings().database_url))
        if one.action == "register changed"
    ]
    assert noted.detail == "confirmed"


def test_a_dismissed_finding_without_a_reason_is_not_saved_and_nothing_is_lost(
    pages: AppTest,
) -> None:
    shown = opened(pages)
    field(shown, "selectbox", "Status").set_value("dismissed")
    field(shown, "text_area", "Note").set_value("Typed")
    shown = submitted(shown)
    assert "A dismissed finding needs a reason." in said(shown)
    assert stored() == {}
    assert field(shown, "selectbox", "Status").value == "dismissed"
    assert field(shown, "text_area", "Note").value == "Typed"
    field(shown, "text_area", "Reason").set_value("A test policy.")
    shown = submitted(shown)
    assert stored()[KEY].status == "dismissed"
    assert "needs a reason" not in said(shown)


def test_a_day_in_the_future_that_was_refused_in_the_table_breaks_no_form(pages: AppTest) -> None:
    tomorrow = AS_OF.date() + timedelta(days=1)
    pages.run()
    pages.session_state["register pending"] = {KEY: Entry(KEY, "confirmed", done_on=tomorrow)}
    shown = opened(pages)
    assert field(shown, "date_input", "Done on").value == tomorrow


def test_the_clients_answer_changes_the_finding_its_time_and_its_advice(pages: AppTest) -> None:
    shown = opened(pages)
    assert "Did these 20 incidents matter?" in field(shown, "radio", "**Ask the client.**").label
    assert "Let the policy repeat" in said(shown)
    field(shown, "radio", "**Ask the client.**").set_value("no")
    shown = submitted(shown)
    assert "The client says that these incidents did not matter." in said(shown)
    assert "Do not let the policy repeat" in said(shown)
    assert "Let the policy repeat, and" not in said(shown)
    overview = shown.switch_page("../../pages/overview.py").run()
    assert not overview.exception
    assert "no avoidable time" in said(overview)
    assert "Do not let the policy repeat" in said(overview)
    pages.query_params["step"] = "2"
    walk = overview.switch_page("../../pages/walkthrough.py").run()
    bodies = " ".join(one.proto.body for one in walk.get("html"))
    assert "Do not let the policy repeat" in bodies or "did not matter" in bodies


def test_of_two_assessors_the_second_sees_both_and_chooses(pages: AppTest) -> None:
    shown = opened(pages)
    field(shown, "selectbox", "Status").set_value("confirmed")
    field(shown, "text_area", "Note").set_value("Yours")
    theirs = RegisterEntry(engagement_id="first", key=KEY, status="confirmed", note="Theirs")
    register.save(
        open_database(load_settings().database_url), theirs, by="p2", now=AS_OF,
        connection_id="C1",
    )  # fmt: skip
    shown = submitted(shown)
    assert "**Changed meanwhile: nothing was saved.**" in said(shown)
    beside = next(one.value for one in shown.dataframe if "Yours" in one.value)
    assert beside.to_dict("list") == {"Field": ["Note"], "Yours": ["Yours"], "Theirs": ["Theirs"]}
    assert stored()[KEY].note == "Theirs"
    shown = submitted(shown, "Save yours")
    assert (stored()[KEY].note, stored()[KEY].revision) == ("Yours", 2)
    assert "Changed meanwhile" not in said(shown)


def test_a_viewer_reads_the_decision_and_no_note_that_is_not_confirmed(
    pages: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = open_database(load_settings().database_url)
    row = RegisterEntry(
        engagement_id="first", key=KEY, status="dismissed", reason="Secret reason", note="Secret"
    )
    register.save(engine, row, by="p2", now=AS_OF, connection_id="C1")
    token = begin_session(engine, load_settings(), {"first": "viewer"})
    with monkeypatch.context() as patched:
        configure_sign_in(patched)
        send_cookies(patched, cookies_of(load_settings(), token))
        for page in ("findings", "register"):
            shown = opened(pages, page)
            assert "dismissed" in said(shown)
            assert not [one for one in shown.button if one.label.startswith("Save")]
            assert "Secret" not in said(shown)
            assert not [one for one in shown.dataframe if "Secret" in one.value.to_string()]


def test_a_viewer_who_was_an_assessor_when_the_page_was_drawn_saves_nothing(
    pages: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = opened(pages)
    field(shown, "selectbox", "Status").set_value("confirmed")
    monkeypatch.setattr("corvana.ui.assessment.register_saving.may_still_change", lambda _: False)
    shown = submitted(shown)
    assert stored() == {}
    assert "You may not change this engagement any more." in said(shown)
    assert access.may_still_change is not None


def test_a_row_of_the_table_begins_with_what_it_is_about_and_what_was_decided(
    pages: AppTest,
) -> None:
    shown = opened(pages, "register")
    (table,) = [each.value for each in shown.dataframe if "Where" in each.value]
    assert list(table)[:4] == ["Where", "Finding", "Status", "Avoidable a month"]


def test_a_finding_seen_in_interviews_is_added_and_marked(pages: AppTest) -> None:
    shown = opened(pages, "register")
    assert "**1 finding:** 1 open." in said(shown)
    field(shown, "text_input", "Title").set_value("No runbooks")
    field(shown, "text_input", "Where").set_value("All teams")
    field(shown, "text_area", "What was seen").set_value("Six people said so.")
    shown = submitted(shown, "Add")
    ((key, entry),) = stored().items()
    assert key.startswith("interview:")
    assert (entry.title, entry.place, entry.note) == (
        "No runbooks",
        "All teams",
        "Six people said so.",
    )
    assert "**2 findings:** 2 open." in said(shown)
    assert "Seen in interviews" in said(shown)


def test_a_finding_that_the_data_do_not_show_any_more_can_still_be_done(pages: AppTest) -> None:
    with Session(open_database(load_settings().database_url)) as session:
        session.add(
            RegisterEntry(
                engagement_id="first", key="exhausted_policy:P2", status="confirmed", revision=1,
                changed_at=AS_OF, changed_by=audit.THIS_COMPUTER,
            )
        )  # fmt: skip
        session.commit()
    shown = opened(pages, "register")
    assert next(one.value for one in shown.header) == "Not in the present data"
    assert "**Decision: confirmed**" in said(shown)
    field(shown, "selectbox", "Status").set_value("done")
    field(shown, "date_input", "Done on").set_value(AS_OF.date())
    shown = submitted(shown)
    assert stored()["exhausted_policy:P2"].done_on == AS_OF.date()
    assert "**Did it help?**" in said(shown)


def test_without_such_a_finding_nothing_is_said_of_it(pages: AppTest) -> None:
    shown = opened(pages, "register")
    assert "Not in the present data" not in [one.value for one in shown.header]
