"""Incidents for readers: the newest of a selection, and those behind a finding.

The number of an incident is a link to it in PagerDuty where the account's address is known.
"""

from functools import partial
from typing import Final
from urllib.parse import quote

import pandas as pd

from corvana.analysis.account.selection import Filters
from corvana.analysis.findings.kind import Kind
from corvana.analysis.response.durations import Measure
from corvana.analysis.statistics.places import are_among
from corvana.questions import response
from corvana.questions.assessment import targets
from corvana.questions.labels import label_or_id, names
from corvana.questions.readable.columns import Column, Readable, between, shown
from corvana.questions.view import View

MOST: Final = 1_000
"""The largest number of rows that are shown; the file holds all."""

_NEWEST: Final = (
    Column("incident_id", "Incident", "incident"),
    Column("created_at", "Created", "instant"),
    Column("service_id", "Service"),
    Column("escalation_policy_id", "Escalation policy"),
    Column("urgency", "Urgency"),
    Column("seconds_to_first_ack", "Time to first ack", "seconds"),
    Column("seconds_to_resolve", "Time to resolve", "seconds"),
    Column("resolution", "Ended by", "words"),
    Column("acknowledged_level", "Acknowledged on level", "count"),
)
EVIDENCE: Final = (
    Column("incident_id", "Incident", "incident"),
    Column("then_incident_id", "Incident that followed", "incident"),
    Column("responder", "Responder"),
    Column("service_id", "Service"),
    Column("escalation_policy_id", "Escalation policy"),
    Column("began_on", "Began on"),
    Column("level", "Level", "count"),
    Column("other_level", "Same person as level", "count"),
    Column("at", "Paged or failed", "instant"),
    Column("created_at", "Created", "instant"),
    Column("urgency", "Urgency"),
    Column("start", "From", "instant"),
    Column("end", "To", "instant"),
    Column("exhausted_at", "Nobody left to page from", "instant"),
    Column("waited", "Waited", "seconds"),
    Column("is_acknowledged", "Acknowledged", "yes"),
    Column("exhausted", "Ran out of people", "yes"),
    Column("first_move_at", "First moved", "instant"),
    Column("last_return_at", "Last came back", "instant"),
    Column("seconds", "Lasted", "seconds"),
    Column("moves", "Moves", "count"),
    Column("ended_by", "Ended by", "words"),
    Column("repeated", "Policy repeated", "yes"),
    Column("is_marked", "In this circumstance", "yes"),
    Column("is_after", "After the change", "yes"),
    Column("handoff_at", "Handoff", "instant"),
    Column("handoff_clock", "Handoff on the schedule's clock"),
    Column("hours_class", "Hours", "words"),
    Column("paged", "Paged"),
    Column("open", "Other incidents open with them", "count"),
    Column("seconds_to_first_ack", "Time to first ack", "seconds"),
    Column("acknowledged_by", "Acknowledged by"),
    Column("acknowledged_level", "Acknowledged on level", "count"),
    Column("first_acknowledged_at", "First acknowledged", "instant"),
    Column("acknowledgement_count", "Times acknowledged", "count"),
    Column("ack_timeout_count", "Acknowledgements that timed out", "count"),
    Column("seconds_to_resolve", "Time to resolve", "seconds"),
    Column("resolved_at", "Resolved", "instant"),
    Column("lag", "Time between", "lag"),
    Column("later_seconds", "The later one lasted", "seconds"),
    Column("incidents", "Incidents", "count"),
    Column("interruptions", "Interruptions", "count"),
    Column("acknowledgements", "Acknowledgements", "count"),
    Column("share", "Share", "share"),
    Column("nights", "Nights with pages", "count"),
    Column("expected_nights", "In proportion to hours at night", "number"),
    Column("pages", "Pages", "count"),
    Column("on_call_seconds", "Time on call", "seconds"),
    Column("on_call_share", "Share of the period on call", "share"),
    Column("sleep_on_call_seconds", "Time on call in sleep hours", "seconds"),
    Column("sleep_incidents", "Incidents in sleep hours", "count"),
    Column("engaged_seconds", "Time worked on incidents", "seconds"),
    Column("escalation_delay_in_minutes", "New delay of level 1", "minutes"),
    Column("n", "Incidents", "count"),
    Column("n_acked", "Incidents acknowledged", "count"),
    Column("n_open", "Still open", "count"),
    Column("p50_observed", "Median", "seconds"),
    Column("p50", "Median with the new delay", "seconds"),
    Column("p90_observed", "P90", "seconds"),
    Column("p90", "P90 with the new delay", "seconds"),
    *between("p90_low", "p90_high", "P90 with the new delay", "seconds"),
    Column("acked_observed", "Share acknowledged", "share"),
    Column("acked", "Share acknowledged with the new delay", "share"),
    Column("night_pages_observed", "Pages at night", "count"),
    Column("night_pages", "Pages at night with the new delay", "count"),
    Column("ran_out", "Run out of people with the new delay", "share"),
    Column("extrapolated", "Longer than any delay seen", "yes"),
)
"""Every column that the rows behind any finding may have, in the order in which they are shown."""

NOT_SHOWN: Final = frozenset(
    {
        *("incident", "storm", "subject_id", "stratum", "marked", "size"),
        *("p50_replayed", "p90_replayed", "change", "acked_replayed", "night_pages_replayed"),
        *("ran_out_replayed", "cut_off", "distance", "predictor", "backtest", "n_backtests"),
        *("is_at_no_cost",),
    }
)
"""Columns of these rows that help to compute; the file has them."""


def newest(view: View, filters: Filters) -> Readable:
    """Return the newest selected incidents."""
    rows = response.incidents(view, filters).nlargest(MOST, "created_at")
    named = rows.assign(
        service_id=label_or_id(rows["service_id"], names(view, "service")),
        escalation_policy_id=label_or_id(rows["escalation_policy_id"], names(view, "policy")),
    )
    return _with_incidents(view, named, shown(named, _NEWEST))


def missed(view: View, filters: Filters, measure: Measure) -> Readable:
    """Return the newest selected incidents that missed their target, with how they did."""
    rows = targets.missed(view, filters, measure).head(MOST)
    is_ack = measure == "seconds_to_first_ack"
    event, done = (
        ("Time to first ack", "acknowledged") if is_ack else ("Time to resolve", "resolved")
    )
    named = rows.assign(
        service_id=label_or_id(rows["service_id"], names(view, "service")),
        level=label_or_id(rows["level"].astype("str"), targets.names_of(view, "level")),
        how=rows["how"].map(
            {
                "late": f"{done} later",
                "open": f"not {done} yet",
                "resolved": "resolved without an acknowledgement",
            }
        ),
    )
    columns = (
        Column("incident_id", "Incident", "incident"),
        Column("created_at", "Created", "instant"),
        Column("service_id", "Service"),
        Column("level", targets.by_what(view).capitalize()),
        Column("target_seconds", "Target", "seconds"),
        Column("seconds", f"{event}, or age", "seconds"),
        Column("over_seconds", "Beyond the target", "seconds"),
        Column("how", "Outcome"),
    )
    return _with_incidents(view, named, shown(named, columns))


def evidence(view: View, kind: Kind, rows: pd.DataFrame) -> Readable:
    """Return the rows behind a finding, which have names for ids already."""
    told = rows.assign(
        **{
            name: rows[name].astype("str").map(partial(_codes, view), na_action="ignore")
            for name in kind.columns_of("several responders")
        }
    )
    return _with_incidents(view, told, shown(told, EVIDENCE))


def _with_incidents(view: View, rows: pd.DataFrame, told: Readable) -> Readable:
    """The table with the number of each incident instead of its id, and its address."""
    ids = {
        one.heading: rows[one.name].astype("str").reset_index(drop=True)
        for one in EVIDENCE
        if one.form == "incident" and one.name in rows
    }
    if not ids:
        return told
    known = view.frame("incidents")[["incident_id", "number"]]
    wanted = are_among(known["incident_id"], pd.concat(list(ids.values())))
    numbers = known[wanted].set_index("incident_id")["number"]
    frame = told.frame.assign(
        **{heading: column.map(numbers).astype("Int64") for heading, column in ids.items()}
    )
    links = {heading: _addresses(view, column) for heading, column in ids.items()}
    return Readable(frame, told.forms, links if view.site else {})


def _addresses(view: View, ids: pd.Series) -> pd.Series:
    opened = view.seal.opened
    return ids.map(lambda identity: f"{view.site}/incidents/{quote(opened(identity), safe='')}")


def _codes(view: View, several: str) -> str:
    return ", ".join(view.code_of(one) for one in several.split())
