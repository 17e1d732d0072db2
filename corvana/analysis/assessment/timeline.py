"""What happened when: dates of the assessment, changes of settings, and findings that were done.

Changes of settings are seen by the collection: each was made between the collection that saw it and
the one before. PagerDuty has no history of its settings, so the timeline begins with the first
collection.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, get_args

import pandas as pd

from corvana.analysis.assessment import settings_in_words

Kind = Literal["reorganisation", "release", "training", "other"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
SETTING: Final = "setting"
DONE: Final = "done"
LONGEST_NAME: Final = 200
COLUMNS: Final = ("key", "on", "kind", "name", "where", "subject_type", "subject_id")


@dataclass(frozen=True, slots=True)
class OwnDate:
    """A date that an assessor wrote; see `store.models.TimelineDate`."""

    id: str
    happened_on: date
    name: str
    kind: Kind = "other"
    subject_type: str = ""
    subject_id: str = ""
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Done:
    """A finding whose advice was followed: its key, what it says and where, and the day."""

    key: str
    says: str
    where: str
    on: date


def problems(one: OwnDate, today: date) -> list[str]:
    """Return in sentences why a date cannot be saved so; nothing if it can be."""
    found = {
        "A date needs a name.": not one.name.strip(),
        f"The name is longer than {LONGEST_NAME} characters.": len(one.name) > LONGEST_NAME,
        "The date lies in the future.": one.happened_on > today,
    }
    return [sentence for sentence, is_so in found.items() if is_so]


def events(
    dates: Sequence[OwnDate],
    changes: pd.DataFrame,
    done: Sequence[Done],
    names: Mapping[str, str],
    time_zone: str,
) -> pd.DataFrame:
    """Return everything of the timeline, the newest first.

    Parameters
    ----------
    changes
        CONFIGURATION_CHANGES.
    names
        Labels by id.
    time_zone
        The clock that says on which day a change was seen.

    Returns
    -------
    DataFrame
        key; on (date); kind (of KINDS, SETTING or DONE); name (in words); where (the label of the
        service, policy or schedule, else empty); subject_type, subject_id (empty: the whole
        account). Settings of one object that were seen to change at once are one row.
    """
    own = [
        (
            f"date:{one.id}",
            one.happened_on,
            one.kind,
            one.name,
            names.get(one.subject_id, one.subject_id),
            one.subject_type,
            one.subject_id,
        )
        for one in dates
    ]
    seen = [
        _seen(rows, names, time_zone)
        for _, rows in changes.groupby(["object_type", "object_id", "at"])
    ]
    followed = [(f"done:{one.key}", one.on, DONE, one.says, one.where, "", "") for one in done]
    found = pd.DataFrame([*own, *seen, *followed], columns=list(COLUMNS))
    return found.sort_values(["on", "key"], ascending=False, ignore_index=True)


def _seen(
    rows: pd.DataFrame, names: Mapping[str, str], time_zone: str
) -> tuple[str, date, str, str, str, str, str]:
    """The settings of one object that were seen to change at once."""
    at, subject_id = rows["at"].iloc[0], str(rows["object_id"].iloc[0])
    return (
        f"setting:{subject_id}:{at:%Y%m%dT%H%M%S}",
        at.tz_convert(time_zone).date(),
        SETTING,
        settings_in_words.told(rows, names),
        names.get(subject_id, subject_id),
        str(rows["object_type"].iloc[0]),
        subject_id,
    )
