import pandas as pd

from corvana.evidence import incidents_csv
from corvana.frames import INCIDENTS, empty


def test_the_columns_are_the_published_ones_in_order():
    assert list(incidents_csv(empty(INCIDENTS)).columns) == list(INCIDENTS)


def test_instants_are_utc_with_z_durations_seconds_and_missing_is_empty():
    row = {
        "incident_id": "P1",
        "number": 7,
        "created_at": pd.Timestamp("2026-03-01T12:00:00Z"),
        "seconds_to_first_ack": 252.0,
    }
    frame = pd.DataFrame([row]).reindex(columns=list(INCIDENTS))
    filled = frame.assign(**{n: pd.to_datetime(frame[n], utc=True) for n, d in INCIDENTS.items()
                             if d.startswith("datetime")})  # fmt: skip
    header, line = incidents_csv(filled).to_csv(index=False).splitlines()
    cells = dict(zip(header.split(","), line.split(","), strict=True))
    assert cells["created_at"] == "2026-03-01T12:00:00Z"
    assert cells["seconds_to_first_ack"] == "252.0"
    assert cells["first_resolved_at"] == ""
