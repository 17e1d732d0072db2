"""Rows that mean harm: a run ends, has every good row, and says that some are missing."""

from collections.abc import Mapping
from typing import Any, Final

import pytest
from sqlmodel import Session

from corvana.collectors import windows
from corvana.pagerduty import payloads, responses
from corvana.pagerduty.protocol import decipher
from corvana.store import models, noun_statuses
from tests.builders.field.life import Life, Place
from tests.builders.field.seen import Seen, collected
from tests.builders.hostile.lying_proxy import Lie, with_rows
from tests.builders.hostile.rows import LOST, MENDED

BIG: Final = b"9" * 400
SERVICE: Final = b'{"id":"%s","name":"x","status":"active",%s}'
POLICY: Final = b'{"id":"%s","name":"x","num_loops":0,"escalation_rules":[],%s}'
INCIDENT: Final = (
    b'{"id":"%s","incident_number":7,"status":"triggered","urgency":"high",'
    b'"created_at":"2026-11-12T10:00:00Z",%s}'
)
ENTRY: Final = (
    b'{"id":"%s","type":"notify_log_entry","created_at":"2026-11-12T10:00:00Z",'
    b'"incident":{"id":"QGOOD"},%s}'
)
LONG: Final = "n" * 5_000 + "middle" + "z" * 4_994
ODD_INSTANTS: Final = (
    b'"created_at":"9999-12-31T23:59:59Z"',
    b'"created_at":"1969-12-31T23:59:59Z"',
    b'"created_at":"0001-01-01T00:00:00+14:00"',
    b'"created_at":1e400',
)
GOOD: Final = Life(Place("GOOD"), "10:00").paged("A").log("resolve", "10:10", "A")


def several(row: bytes, *fields: bytes) -> list[bytes]:
    """A row for each of these further fields, after those that are mended and before the lost."""
    odd = [*MENDED.values(), *fields, *LOST.values()]
    return [row % (b"P%03d" % number, more) for number, more in enumerate(odd)]


LIES: Final[Mapping[str, Lie]] = {
    "^/us/services$": with_rows(
        "services",
        *several(
            SERVICE,
            b'"auto_resolve_timeout":' + BIG,
            b'"auto_resolve_timeout":2147483648',
            b'"acknowledgement_timeout":-1',
            b'"acknowledgement_timeout":NaN',
            b'"acknowledgement_timeout":1e400',
        ),
        SERVICE % (b"PLONG", b'"name":"%s"' % LONG.encode()),
        SERVICE % (b"PTWICE", b'"id":"PTWICE","x":NaN'),
        SERVICE % (b"PTWICE", b'"x":1e400'),
    ),
    "^/us/escalation_policies$": with_rows(
        "escalation_policies",
        *several(
            POLICY,
            b'"num_loops":' + BIG,
            b'"escalation_rules":[{"escalation_delay_in_minutes":2147483648,"targets":[]}]',
            b'"escalation_rules":[%s]'
            % b",".join([b'{"escalation_delay_in_minutes":1,"targets":[]}'] * 33_000),
        ),
    ),
    "^/us/incidents$": with_rows(
        "incidents", *several(INCIDENT, b'"incident_number":' + BIG, *ODD_INSTANTS)
    ),
    "^/us/log_entries$": with_rows("log_entries", *several(ENTRY, *ODD_INSTANTS)),
}
GOOD_IDS: Final = {f"P{number:03}" for number in range(len(MENDED))}


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    return collected(tmp_path_factory.mktemp("account"), [GOOD], lies=LIES)


def ids(seen: Seen, model: Any) -> set[str]:
    return {row["id"] for row in seen.stored(model)}


def error_of(seen: Seen, noun: str) -> str | None:
    with Session(seen.connected.engine) as session:
        return session.get_one(models.NounStatus, (seen.connected.id, noun)).error


def test_the_run_is_finished(seen: Seen) -> None:
    assert seen.connected.latest_run.status == "finished"


def test_every_good_row_is_stored_and_no_other(seen: Seen) -> None:
    assert ids(seen, models.Service) == GOOD_IDS | {"PVGOOD", "PLONG", "PTWICE"}
    assert ids(seen, models.EscalationPolicy) == GOOD_IDS | {"PEGOOD"}
    assert ids(seen, models.Incident) == GOOD_IDS | {"QGOOD"}
    assert ids(seen, models.LogEntry) == GOOD_IDS | {each["id"] for each in GOOD.entries}


def test_what_is_missing_is_said(seen: Seen) -> None:
    assert error_of(seen, "services") == noun_statuses.INCOMPLETE
    assert error_of(seen, "escalation_policies") == noun_statuses.INCOMPLETE
    assert seen.connected.latest_run.unreadable > 0


def test_the_account_can_be_opened_and_shows_the_good_rows(seen: Seen) -> None:
    assert seen.incident(GOOD, ["resolution", "seconds_to_resolve"]) == {
        "resolution": "responder",
        "seconds_to_resolve": 600,
    }


def test_a_long_label_keeps_its_beginning_and_its_end(seen: Seen) -> None:
    (service,) = seen.stored(models.Service, id="PLONG")
    assert service["label"] == f"{'n' * 127}…{'z' * 127}"


def test_nothing_was_collected_before_the_account_began(seen: Seen) -> None:
    with Session(seen.connected.engine) as session:
        done = windows.finished(session, seen.connected.id, "incidents")
    assert min(window.since for window in done).year == 2026


@pytest.mark.parametrize("field", [*MENDED.values()], ids=[*MENDED])
def test_a_text_that_is_no_text_costs_no_row(field: bytes) -> None:
    assert [row and row.id for row in page_with(field).rows] == ["P1", "P2", "P3"]


@pytest.mark.parametrize("field", [*LOST.values()], ids=[*LOST])
def test_a_row_that_is_no_json_costs_no_other_row(field: bytes) -> None:
    page = page_with(field)
    assert [row and row.id for row in page.rows] == ["P1", None, "P3"]
    assert (page.more, page.total) == (True, 3)


def test_a_name_with_a_mark_in_it_is_kept_with_its_escapes() -> None:
    page = page_with(rb'"name":"\\ud83d \ud83d\ude00 \ud83d \u00e4 \"x\""')
    assert page.rows[1].name == '\\ud83d \N{GRINNING FACE} \N{REPLACEMENT CHARACTER} ä "x"'


@pytest.mark.parametrize("total", [BIG, b"1e400", b"NaN", b'"many"', b"-1", b"1.5", b"[]"])
def test_a_total_that_is_no_number_is_not_told(total: bytes) -> None:
    body = b'{"teams":[{"id":"P1","name":"a"}],"more":false,"limit":%s,"total":%s}'
    page: Any = decipher(200, {}, body % (total, total), TEAMS)
    assert ([row.id for row in page.rows], page.total, page.limit) == (["P1"], None, 0)


TEAMS: Final = responses.page_of("teams", payloads.Team)


def page_with(field: bytes) -> Any:
    body = (
        b'{"x":{"teams":[1]},"teams":[{"id":"P1","name":"a"},{"id":"P2","name":"b",%s},'
        b'{"id":"P3","name":"]"}],"limit":100,"more":true,"total":3}'
    )
    return decipher(200, {}, body % field, TEAMS)
