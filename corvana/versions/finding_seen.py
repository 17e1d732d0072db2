"""After each analysis: note what it saw of every finding, so that it is known what is gone."""

from collections.abc import Mapping
from datetime import datetime

import pandas as pd
from sqlmodel import Session

from corvana.analysis.assessment import gone_and_back
from corvana.frames import TESTED, empty
from corvana.store import configuration_frames, history_frames
from corvana.store.models import FindingSeen
from corvana.store.upsert import upsert


def note(
    concluded: Mapping[str, pd.DataFrame],
    as_of: datetime,
    session: Session,
    connection_id: str,
    *,
    is_alike: bool = True,
) -> None:
    """Store what an analysis of the account as of this instant saw of each finding. `is_alike`:
    under the settings and by the method of the analysis before it."""
    known = history_frames.finding_seen(session.connection(), connection_id)
    seen = gone_and_back.observed(
        concluded.get("tested", empty(TESTED)),
        known,
        configuration_frames.subjects(session.connection(), connection_id),
        is_alike=is_alike,
    )
    rows = gone_and_back.extended(known, seen, as_of, is_alike=is_alike).to_dict("records")
    upsert(session, FindingSeen, [{"connection_id": connection_id, **_plain(row)} for row in rows])


def _plain(row: Mapping[object, object]) -> dict[str, object]:
    """The row with instants as datetimes."""
    return {
        str(name): value.to_pydatetime() if isinstance(value, pd.Timestamp) else value
        for name, value in row.items()
    }
