"""The pack's two documents: the findings with their evidence, and the account's totals."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.findings.kind import Finding, Kind
from corvana.analysis.on_call.hours import HOURS_CLASSES
from corvana.analysis.response import durations
from corvana.analysis.response.durations import Summary
from corvana.analysis.statistics.estimates import Estimate
from corvana.questions.view import View

INSTANT_FORMAT: Final = "%Y-%m-%dT%H:%M:%SZ"
_ESCALATIONS: Final = (
    "timeout_escalation_count",
    "manual_escalation_count",
    "unknown_escalation_count",
    "reassignment_count",
)


def findings(view: View, account: Account, kinds: Sequence[Kind]) -> list[dict[str, Any]]:
    """Return the findings, most avoidable minutes a month first.

    `evidence` holds the `count` of rows behind it and their `incident_ids`, or, if the rows are not
    incidents, the `rows` themselves. `detail` completes the name of the subject, and `reference` is
    the value it was compared with. Findings of unknown kinds are left out.
    """
    known = {kind.name: kind for kind in kinds}
    labels = view.frame("labels")
    names = {(kind, id_): label for kind, id_, label in labels.itertuples(index=False, name=None)}
    return [
        _finding(found, known[found.kind], account, names)
        for found in map(Finding.of, view.frame("findings").itertuples())
        if found.kind in known
    ]


def metrics(view: View, account: Account) -> dict[str, Any]:
    """Return the account's totals and the period they cover."""
    incidents, pages = account.incidents, account.pages
    return {
        "as_of": _plain(view.as_of),
        "covered_since": _plain(view.covered_since),
        "analysed_as_of": _plain(view.analysed_as_of),
        "data_version": view.version,
        "incomplete": list(view.incomplete),
        "time_zone": account.time_zone,
        "unknown_time_zones": view.unknown_zones,
        "incidents": {
            "n": len(incidents),
            **{
                f"n_{resolution}": int(incidents["resolution"].eq(resolution).sum())
                for resolution in ("responder", "auto", "merged", "open")
            },
            "n_in_maintenance": int(incidents["in_maintenance"].sum()),
            **{name: int(incidents[name].sum()) for name in _ESCALATIONS},
            "n_status_without_log": view.status_without_log,
        },
        "seconds_to_first_ack": _summary(durations.ack_summary(incidents, account.as_of), "acked"),
        "seconds_to_resolve": _summary(
            durations.resolve_summary(incidents, account.as_of), "resolved"
        ),
        "interruptions": {
            "n": len(pages),
            **{f"n_{name}": int(pages["hours_class"].eq(name).sum()) for name in HOURS_CLASSES},
        },
        "on_call_seconds": float(account.loads["on_call_seconds"].sum()),
        "responders": len(account.loads),
        "services": len(account.services),
        "escalation_policies": len(account.repeats),
        "schedules": len(account.schedules),
        "dependencies": len(account.dependencies),
        "findings": len(view.frame("findings")),
    }


def _finding(
    found: Finding, kind: Kind, account: Account, names: Mapping[tuple[str, str], str]
) -> dict[str, Any]:
    return {
        "kind": found.kind,
        "subject": {
            "type": found.subject_type,
            "id": found.subject_id,
            "label": names.get((found.subject_type, found.subject_id)),
        },
        "effect": _plain(found.effect),
        "unit": kind.unit,
        "n": int(found.n),
        "effective_n": _plain(found.effective_n),
        "interval": [_plain(found.low), _plain(found.high)],
        "p_value": _plain(found.p_value),
        "q_value": _plain(found.q_value),
        "avoidable_minutes_per_month": _plain(found.avoidable_minutes_per_month),
        "setting": kind.setting,
        "evidence": {
            "detail": found.detail,
            "reference": _plain(found.reference),
            **_behind(kind.evidence(account, found)),
        },
    }


def _behind(rows: pd.DataFrame) -> dict[str, Any]:
    if "incident_id" in rows:
        ids = rows["incident_id"].dropna().drop_duplicates()
        return {"count": len(rows), "incident_ids": sorted(ids)}
    records = rows.to_dict(orient="records")
    return {
        "count": len(rows),
        "rows": [{str(name): _plain(value) for name, value in row.items()} for row in records],
    }


def _summary(summary: Summary, done: str) -> dict[str, Any]:
    return {
        "n": summary.n,
        f"n_{done}": summary.n_done,
        "n_open": summary.n_open,
        "n_competing": summary.n_competing,
        f"share_{done}": _estimate(summary.share_done),
        "half": _estimate(summary.half),
        "p50": _estimate(summary.p50),
        "p90": _estimate(summary.p90),
        "p95": _estimate(summary.p95),
    }


def _estimate(estimate: Estimate) -> dict[str, Any]:
    return {name: _plain(value) for name, value in estimate._asdict().items()}


def _plain(value: Any) -> Any:
    """A value for JSON: instants become text, numbers Python numbers, missing values null."""
    if isinstance(value, datetime) and not pd.isna(value):
        return value.strftime(INSTANT_FORMAT)
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, str | bool):
        return value
    number = value.item() if hasattr(value, "item") else value
    return None if isinstance(number, float) and not math.isfinite(number) else number
