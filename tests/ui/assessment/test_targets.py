"""The client's targets: entered and changed by assessors, read by viewers."""

import pytest
from sqlmodel import Session, select

from benchmarks.stored_account import database_of
from corvana.config import load_settings
from corvana.store.models import AuditEntry, ResponseTarget
from corvana.store.written import targets as store
from corvana.ui.assessment import rights
from tests.builders.browsers.signed_in import (
    begin_session,
    configure_sign_in,
    cookies_of,
    send_cookies,
)
from tests.builders.data_folder import connection_of
from tests.builders.drawn_charts import charts
from tests.builders.stored.targets_page import (
    ACK,
    NOW,
    RESOLVE,
    Stored,
    cards,
    fields,
    opened,
    press,
    said,
    save,
    saved,
    stored,
    type_in,
)

__all__ = ["stored"]


def test_without_a_target_the_page_says_the_next_step_and_judges_nothing(stored: Stored) -> None:
    shown = opened(stored[1])
    assert "**No target is set.** A target is the client's, so none is assumed." in said(shown)
    assert "enter the times here" in said(shown)
    assert all(one.value == "" for one in shown.text_input if one.key in fields(shown).values())
    assert (charts(shown), cards(shown)) == ([], {})


def test_a_target_that_is_typed_is_saved_and_the_page_shows_how_often_it_is_met(
    stored: Stored,
) -> None:
    shown = type_in(type_in(opened(stored[1]), ACK, " 15min"), RESOLVE, "1.5 h")
    shown = save(shown)
    assert [row[2:] for row in saved(stored)] == [(900, 5_400)]
    assert "Saved 1 target." in said(shown)
    words = "Acme priority 1: acknowledge within 15 min, resolve within 1 h 30 min"
    assert f"Targets: {words}" in said(shown).replace("\u00a0", " ").replace("\\", "")
    assert list(cards(shown)) == [
        "Acknowledged in time", "Missed: acknowledge", "Resolved in time", "Missed: resolve",
    ]  # fmt: skip
    assert len(charts(shown)) == 2
    assert shown.text_input(key=fields(shown)[ACK]).value == "15 min"
    assert shown.text_input(key=fields(shown)[RESOLVE]).value == "1 h 30 min"


def test_the_audit_trail_says_who_changed_targets_and_never_which(stored: Stored) -> None:
    save(type_in(opened(stored[1]), ACK, "15 min"))
    with Session(database_of(stored[0])) as session:
        entry = session.exec(select(AuditEntry).where(AuditEntry.action == "targets changed")).one()
    assert (entry.by, entry.engagement_id, entry.detail) == ("this computer", stored[1], "")


@pytest.mark.parametrize(
    ("ack", "resolve", "told"),
    [
        ("15", "4 h", "Acknowledge within: The unit is missing. Is it 15 min or 15 h?"),
        ("15 min", "soon", "Resolve within: This is no duration."),
        ("4 h", "15 min", "Resolve within 15 min is shorter than acknowledge within 4 h."),
    ],
)
def test_what_is_wrong_is_told_in_words_nothing_is_saved_and_what_was_typed_stays(
    stored: Stored, ack: str, resolve: str, told: str
) -> None:
    shown = opened(stored[1])
    second = ACK.replace("1", "2")
    shown = save(type_in(type_in(type_in(shown, ACK, ack), RESOLVE, resolve), second, "30 min"))
    assert saved(stored) == []
    assert told in shown.error[0].value.replace("\\", "")
    assert "Nothing was saved: 1 target cannot be read." in said(shown)
    assert shown.text_input(key=fields(shown)[ACK]).value == ack
    shown = save(type_in(type_in(shown, ACK, "15 min"), RESOLVE, "4 h"))
    assert [row[2:] for row in saved(stored)] == [(900, 14_400), (1_800, None)]
    assert not shown.error


def test_an_emptied_target_is_deleted(stored: Stored) -> None:
    shown = save(type_in(opened(stored[1]), ACK, "15 min"))
    shown = save(type_in(shown, ACK, ""))
    assert saved(stored) == []
    assert "**No target is set.**" in said(shown)


def test_saving_without_a_change_changes_nothing(stored: Stored) -> None:
    shown = save(type_in(opened(stored[1]), ACK, "15 min"))
    shown = save(type_in(shown, ACK, "900 s"))
    assert "Nothing was saved: nothing was changed." in said(shown)
    [row] = store.of_engagement(database_of(stored[0]), stored[1])
    assert row.revision == 1


def test_a_service_gets_a_target_of_its_own(stored: Stored) -> None:
    shown = save(type_in(opened(stored[1]), ACK, "15 min"))
    before = cards(shown)["Missed: acknowledge"]
    service = shown.selectbox(key="own-1-service")
    chosen = service.options[0]
    service.select(chosen)
    shown.text_input(key="own-1-acknowledge").set_value("1 s")
    shown = press(shown, "Add")
    [general, own] = saved(stored)
    assert (general[1:], own[2]) == (("", 900, None), 1)
    assert own[0] == general[0]
    assert f"{chosen}, Acme priority 1: acknowledge within" in fields(shown)
    assert "1 service has targets of its own" in said(shown).replace("\u00a0", " ")
    assert int(cards(shown)["Missed: acknowledge"]) > int(before)


def test_a_viewer_reads_targets_and_cannot_change_them(
    stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = database_of(stored[0])
    token = begin_session(engine, load_settings(), {stored[1]: "viewer"})
    configure_sign_in(monkeypatch)
    send_cookies(monkeypatch, cookies_of(load_settings(), token))
    shown = opened(stored[1])
    assert "An assessor of this engagement enters the times" in said(shown)
    assert fields(shown) == {}
    store.write(
        engine,
        ResponseTarget(
            engagement_id=stored[1], by="priority", level="none", acknowledge_seconds=900
        ),
        by="this computer",
        now=NOW,
        connection_id=connection_of(*stored).id,
    )
    shown = opened(stored[1])
    assert cards(shown)["Acknowledged in time"] != "–"
    assert fields(shown) == {}
    assert not any("Save" in one.label for one in shown.button)


def test_whose_rights_ended_meanwhile_saves_nothing(
    stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = type_in(opened(stored[1]), ACK, "15 min")
    monkeypatch.setattr(rights, "may_still_change", lambda _: False)
    shown = save(shown)
    assert saved(stored) == []
    assert rights.NOT_ANY_MORE in said(shown)


def test_a_target_of_a_priority_that_is_gone_can_be_emptied(stored: Stored) -> None:
    engine, connection = database_of(stored[0]), connection_of(*stored)
    for by, level, service in (("priority", "PGONE", ""), ("urgency", "high", ""),
                               ("priority", "none", "PLOST")):  # fmt: skip
        row = ResponseTarget(
            engagement_id=stored[1], by=by, level=level, service_id=service, resolve_seconds=60
        )
        store.write(engine, row, by="p1", now=NOW, connection_id=connection.id)
    shown = opened(stored[1])
    others = [name for name in fields(shown) if "(" in name and name.endswith("resolve within")]
    assert others == [
        "PLOST, No priority (service not in PagerDuty any more): resolve within",
        "PGONE (priority not in PagerDuty any more): resolve within",
        "high (urgency; incidents have priorities): resolve within",
    ]
    for name in others:
        shown = type_in(shown, name, "")
    assert len(saved(stored)) == 3
    save(shown)
    assert saved(stored) == []
