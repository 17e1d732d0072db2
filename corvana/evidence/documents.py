"""The pack's two documents: the findings with their evidence, and the account's totals."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.answers import walkthrough
from corvana.analysis.answers.findings import certainty
from corvana.analysis.assessment.register import answers
from corvana.analysis.findings.assumptions import advice_of, with_answers
from corvana.analysis.findings.kind import Finding, Kind
from corvana.analysis.on_call.hours import HOURS_CLASSES
from corvana.analysis.response import durations
from corvana.analysis.response.durations import Summary
from corvana.analysis.scorecard import dimensions
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
    """Return the findings as they are with the client's answers, most avoidable minutes first.

    `evidence` holds the `count` of rows behind it and their `incident_ids`, or, if the rows are not
    incidents, the `rows` themselves. `detail` completes the name of the subject, and `reference` is
    the value it was compared with. `words` are the texts of report and deck; they name no
    responder. Findings of unknown kinds are left out.
    """
    known = {kind.name: kind for kind in kinds}
    labels = view.frame("labels")
    named = labels[["kind", "id", "label"]].itertuples(index=False, name=None)
    names = {(kind, id_): label for kind, id_, label in named}
    subjects = walkthrough.subjects(labels)
    every = map(Finding.of, view.frame("findings").itertuples())
    listed = [found for found in every if found.kind in known]
    return [
        _finding(found, known[found.kind], account, names)
        | {"words": _words(found, known[found.kind], account, subjects)}
        for found in with_answers(listed, answers(view.register))
    ]


def metrics(view: View, account: Account) -> dict[str, Any]:
    """Return the account's totals, its whole weeks, its scores, and the period they cover."""
    incidents, pages = account.incidents, account.pages
    return {
        "as_of": _plain(view.as_of),
        "covered_since": _plain(view.covered_since),
        "analysed_as_of": _plain(view.analysed_as_of),
        "data_version": view.version,
        "incomplete": list(view.incomplete),
        "time_zone": account.time_zone,
        "settings": {
            **view.settings.basis.model_dump(mode="json"),
            "smallest_group": view.settings.smallest_group,
        },
        "findings_rest_on": view.data.rests_on.model_dump(mode="json"),
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
        "services_with_incidents": int(incidents["service_id"].nunique()),
        "escalation_policies": len(account.repeats),
        "schedules": len(account.schedules),
        "dependencies": len(account.dependencies),
        "findings": len(view.frame("findings")),
        "weeks": [
            {"week": f"{week:%Y-%m-%d}", "n": int(n)}
            for week, n in walkthrough.weeks_of(account).itertuples(index=False, name=None)
        ],
        "scorecard": _scorecard(view.frame("scorecard")),
    }


def _scorecard(checks: pd.DataFrame) -> dict[str, Any]:
    """The scores with the checks they are made from. A time that is never reached is null."""
    shown = ["dimension", "check", "value", "low", "high", "unit", "n", "points"]
    scores = ["dimension", "score", "known_checks", "checks"]
    return {
        "dimensions": _records(dimensions(checks)[scores]),
        "checks": _records(checks[shown]),
    }


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(name): _plain(value) for name, value in row.items()}
        for row in rows.to_dict(orient="records")
    ]


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


def _words(
    found: Finding, kind: Kind, account: Account, subjects: Mapping[str, str]
) -> dict[str, str]:
    return {
        "title": f"{walkthrough.place(found, subjects)}: {kind.says}",
        "sentence": walkthrough.sentence(found, subjects),
        "certainty": certainty(found),
        "advice": advice_of(kind, account, found, subjects),
    }


def _behind(rows: pd.DataFrame) -> dict[str, Any]:
    if "incident_id" in rows:
        ids = rows["incident_id"].dropna().drop_duplicates()
        return {"count": len(rows), "incident_ids": sorted(ids)}
    return {"count": len(rows), "rows": _records(rows)}


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
