"""A data version of a few rows written by hand, and its evidence."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from corvana import frames
from corvana.analysis.findings.kind import Comparison, Finding, Kind, Measure, always
from corvana.evidence.tables import table
from corvana.questions.view import View
from corvana.versions.account_frames import account_of
from corvana.versions.files import DataVersion, open_version

AS_OF = datetime(2026, 3, 1, 12, tzinfo=UTC)
SINCE = datetime(2026, 2, 1, tzinfo=UTC)
SHOP = (
    {"kind": "service", "id": "S1", "label": "Shop"},
    {"kind": "team", "id": "S1", "label": "A team that has the service's id"},
)


def rows(name: str, *given: dict[str, Any]) -> pd.DataFrame:
    """Rows of a contract, in which what is not given is zero, false or missing."""
    contract: dict[str, str] = dict(getattr(frames, name))
    blank = {"int32": 0, "int64": 0, "bool": False}
    return frames.conform(
        pd.DataFrame(
            [{c: row.get(c, blank.get(d)) for c, d in contract.items()} for row in given],
            columns=list(contract),
        ),
        contract,
    )


def incident(number: int, **more: Any) -> dict[str, Any]:
    given = {"incident_id": f"I{number}", "number": number, "service_id": "S1"}
    return given | {"created_at": pd.Timestamp(AS_OF), "resolution": "responder"} | more


def version(**given: pd.DataFrame) -> DataVersion:
    empty = open_version(Path(), "c", 0)
    return DataVersion("c", 3, AS_OF, SINCE, (), {**empty.frames, **given}, AS_OF)


def of(data: DataVersion) -> View:
    return View.of_version(data)


def made(name: str, data: DataVersion) -> list[dict[str, Any]]:
    """The rows of a table, without what is missing."""
    found: Any = table(name, account_of(data), data.frame("labels"))
    return [row.dropna().to_dict() for _, row in found.iterrows()]


def kind(name: str, behind: pd.DataFrame) -> Kind:
    def nothing(*_: object) -> Any:
        raise AssertionError

    return Kind(
        name=name,
        title="Slow",
        says="slow",
        after_subject="nothing",
        identified_by="subject and detail",
        comparison=Comparison("Waits", "Elsewhere"),
        unit="seconds",
        floor="a minute",
        against="the others",
        minutes="incidents wait",
        setting="The first level's delay",
        advice=always("Shorten it."),
        assumes=None,
        probability_of="no difference",
        tells_of="no single people",
        is_association=False,
        measure=Measure(words="the wait", unit="seconds", cases=nothing),
        tests=nothing,
        evidence=lambda account, finding: behind,
        ids={},
        figures=(),
        sentence=nothing,
    )


def found(name: str, **more: Any) -> Finding:
    given: dict[str, Any] = dict.fromkeys(frames.FINDINGS, 1.5)
    given |= {"kind": name, "subject_type": "service"}
    given |= {"subject_id": "S1", "detail": None, "n": 12, "is_material": True}
    return Finding(**given | more)
