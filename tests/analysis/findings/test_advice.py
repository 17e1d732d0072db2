"""What to do about a finding: the present setting, exactly as collected, and the value to try."""

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from corvana import frames
from corvana.analysis.account.analysed import Account
from corvana.analysis.findings.kind import Finding
from corvana.analysis.findings.registry import KINDS, kind_of
from tests.builders.analysis.ledger_of_findings import CODE
from tests.builders.analysis.ledger_of_findings import finding as some_finding
from tests.builders.analysis.rotations import framed, rules
from tests.builders.analysis.written_account import account, incident

NAMES = {"P1": "Shop", "P2": "Mail", "S1": "Primary", "db": "Database", "api": "API"}


def policy(*delays: int, loops: int = 0) -> Account:
    """P1, with one schedule on each of its levels; the service db uses it."""
    levels = rules(*(("P1", level, "S1") for level in range(1, len(delays) + 1)))
    return replace(
        account(db={"escalation_policy_id": "P1", "status": "active"}),
        rules=levels.assign(escalation_delay_in_minutes=list(delays)).pipe(
            frames.conform, frames.RULES
        ),
        repeats=pd.DataFrame({"escalation_policy_id": ["P1"], "num_loops": [loops]}),
    )


def of_service(kind: str, **more: Any) -> Finding:
    return some_finding(kind, "db", subject_type="service", **more)


def advice(known: Account, found: Finding) -> str:
    return kind_of(found.kind).advice(known, found, NAMES)


def with_settings(known: Account, *, urgency: str, grouping: str | None = None) -> Account:
    """db has this urgency; without `grouping`, only alerts of another service are grouped."""
    rule = {"service_id": "db", "urgency_rule": "constant", "urgency": urgency}
    setting = {
        "service_id": "db" if grouping else "other",
        "type": grouping or "time",
        "timeout": 300,
    }
    return replace(
        known,
        urgency_rules=framed([rule], frames.URGENCY_RULES),
        alert_grouping=framed([setting], frames.ALERT_GROUPING),
    )


def test_a_slow_policy_hears_its_delay_and_a_shorter_one_from_the_wait_elsewhere() -> None:
    slow = some_finding("slow_ack", reference=400.0)
    assert advice(policy(30), slow).endswith(
        "The delay of level 1 is 30 min now. Elsewhere half wait 6 min 40 s at most: try 10 min."
    )
    assert advice(policy(5), slow).endswith("The delay of level 1 is 5 min now.")


def test_a_slow_service_hears_the_delay_of_its_own_policy() -> None:
    told = advice(policy(30), of_service("slow_ack", reference=60.0))
    assert "The delay of level 1 is 30 min now." in told
    assert told.endswith("try 5 min.")


def test_a_level_that_never_answers_hears_whom_it_pages_and_its_own_delay() -> None:
    told = advice(policy(30, 20), some_finding("level_never_answers", detail="2"))
    assert told.endswith("It pages Primary now and waits 20 min. Until then, try 5 min.")
    short = advice(policy(30, 5), some_finding("level_never_answers", detail="2"))
    assert short.endswith("It pages Primary now and waits 5 min.")


@pytest.mark.parametrize(
    ("loops", "told"),
    [
        (0, "It does not repeat now: try 1 repeat."),
        (1, "It repeats 1 time now: try 2 repeats."),
        (9, "It repeats 9 times now, which is the most that PagerDuty allows."),
    ],
)
def test_a_policy_that_runs_out_hears_how_often_it_repeats(loops: int, told: str) -> None:
    said = advice(policy(30, 20, loops=loops), some_finding("exhausted_policy"))
    assert f"{told} Its last level, level 2, pages Primary." in said


def test_a_short_acknowledgement_timeout_is_told_beside_the_time_fixes_take() -> None:
    fixes = [incident("db", acked=0, resolved=50)] * 20
    known = account(fixes, db={"acknowledgement_timeout": 900})
    assert advice(known, of_service("ack_timeouts")).endswith(
        "It is 15 min now, and nine of ten fixes take 50 min or less: try 1 h."
    )
    assert advice(
        account(db={"acknowledgement_timeout": 900}), of_service("ack_timeouts")
    ).endswith("turn it off. It is 15 min now.")
    assert advice(account(db={}), of_service("ack_timeouts")).endswith("turn it off.")


def test_an_auto_resolve_timeout_is_told_beside_the_time_people_take() -> None:
    slow = [incident("db", acked=0, resolved=390)] * 20
    quick = [incident("db", acked=0, resolved=60)] * 20
    wall = of_service("auto_resolve_wall")
    four_hours = {"db": {"auto_resolve_timeout": 14_400}}
    assert advice(account(slow, **four_hours), wall).endswith(
        "It is 4 h now, and people resolve nine of ten incidents of the account within 6 h 30 min: "
        "try 7 h."
    )
    assert advice(account(quick, **four_hours), wall) == (
        "Turn the auto-resolve timeout off, and make sure real incidents are closed by a person. "
        "It is 4 h now, and people resolve nine of ten incidents of the account within 1 h: a "
        "longer one would close the same incidents later."
    )
    assert "make sure real incidents are closed by a person" in advice(account(), wall)


def test_a_noisy_service_hears_its_urgency_its_grouping_and_a_pause_to_try() -> None:
    gone = [incident("db", resolved=4, resolution="auto")] * 20
    known = with_settings(account(gone, db={}), urgency="high")
    assert advice(known, of_service("noisy_service")).endswith(
        "Nine of ten of these incidents pass within 4 min: try a pause of 5 min. All its incidents "
        "are high-urgency now. Try low urgency. Its alerts are not grouped now. Try grouping them."
    )
    grouped = with_settings(account(gone, db={}), urgency="low", grouping="time")
    assert advice(grouped, of_service("noisy_service")).endswith(
        "All its incidents are low-urgency now. Its alerts are grouped by time within 5 min now."
    )


def test_incidents_that_outlast_the_longest_pause_get_no_pause_to_try() -> None:
    gone = [incident("db", resolved=40, resolution="auto")] * 20
    told = advice(account(gone, db={}), of_service("noisy_service"))
    assert told == (
        "Group its passing alerts, or give them low urgency. A pause does not help: 0 % of these "
        "incidents pass within the longest pause (15 min)."
    )
    some = [incident("db", resolved=10, resolution="auto")] * 14
    told = advice(account(some + gone[:6], db={}), of_service("noisy_service"))
    assert told == (
        "Pause its passing alerts before they page, group them, or give them low urgency. 70 % of "
        "these incidents pass within the longest pause (15 min): try it."
    )


def test_noise_that_is_everywhere_counts_the_services_and_their_settings() -> None:
    gone = [incident(service, resolved=4, resolution="auto") for service in ("db", "api") * 10]
    used = {"escalation_policy_id": "P1", "status": "active"}
    known = with_settings(account(gone, db=used, api=used), urgency="high")
    assert advice(known, some_finding("pages_for_nothing")).endswith(
        "try a pause of 5 min. 1 of 2 services gives all incidents high urgency now. 2 of 2 "
        "services group no alerts now."
    )


def test_whether_a_service_pauses_now_is_not_collected_and_not_said() -> None:
    gone = [incident("db", resolved=4, resolution="auto")] * 20
    for kind in ("noisy_service", "pages_for_nothing"):
        told = advice(account(gone, db={}), of_service(kind))
        assert "pause" in told.lower()
        assert " now" not in told


def test_services_that_cascade_hear_the_grouping_of_the_one_that_fails_second() -> None:
    pair = some_finding("dependency_cascade", "api", subject_type="service", detail="db")
    known = with_settings(account(db={}, api={}), urgency="high")
    assert advice(known, pair) == (
        "Group the alerts of Database with those of API, and work on the cause first. Database: "
        "its alerts are not grouped now. Try one content-based setting over both services, with a "
        "window of ten minutes."
    )
    assert advice(account(), pair).endswith("work on the cause first.")


def test_other_delays_are_told_beside_the_present_one() -> None:
    assert advice(policy(30), some_finding("timer_misfit", detail="10")) == (
        "The delay of level 1 is 30 min now. Try 10 min in the what-if of the escalations, then "
        "set it on level 1."
    )


def test_a_machine_hears_the_delay_that_it_stops() -> None:
    assert advice(policy(30), some_finding("machine_acks")).endswith(
        "The delay of level 1 is 30 min now."
    )


def test_policies_that_pass_incidents_back_and_forth_hear_how_many_services_use_each() -> None:
    told = advice(policy(30), some_finding("ping_pong_routing", detail="P2"))
    assert told == (
        "Route these incidents straight to the team that resolves them. Now 1 service uses Shop "
        "and 0 services use Mail: give each service the policy of that team."
    )


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_what_is_not_known_is_not_quoted_and_nobody_is_named(kind: Any) -> None:
    """An object that was deleted since: its settings are gone."""
    detail = {"level_never_answers": "2", "coverage_gap": "1", "timer_misfit": "5"}.get(kind.name)
    detail = {"regression": "2026-03-02", "fake_redundancy": "1 and 2"}.get(kind.name, detail)
    found = some_finding(kind.name, f"{CODE}0", detail=detail)
    told = kind.advice(account(), found, {})
    assert told.endswith(".")
    assert "nan" not in told.lower()
    if kind.tells_of == "single people":
        assert CODE not in told
