"""The tables behind the charts of response targets, and the incidents that missed them, each of
which can be asked for as a file. All are under the targets that are set when the file is made."""

from typing import Final

import pandas as pd

from corvana.analysis.account.selection import Filters
from corvana.analysis.assessment.attainment import Group
from corvana.analysis.response.durations import Measure
from corvana.questions import labels
from corvana.questions.assessment import targets
from corvana.questions.file import table
from corvana.questions.view import View


def _groups(view: View, filters: Filters, measure: Measure, group: Group) -> pd.DataFrame:
    found = targets.by_group(view, filters, measure, group, view.targets)
    return labels.with_label(found, "id", targets.names_of(view, group))


def _weeks(view: View, filters: Filters, measure: Measure, time_zone: str) -> pd.DataFrame:
    return targets.weeks(view, filters, measure, time_zone, view.targets)


def _set(view: View) -> pd.DataFrame:
    """One row a target: what it is for, both times in seconds, and the labels."""
    known = pd.DataFrame(
        [(one.by, one.level, one.service, one.acknowledge, one.resolve) for one in view.targets],
        columns=["by", "level", "service_id", "acknowledge_seconds", "resolve_seconds"],
    ).astype({"acknowledge_seconds": "float64", "resolve_seconds": "float64"})
    return known.assign(
        level_label=known["level"].map(targets.names_of(view, "level")),
        service_label=known["service_id"].map(targets.names_of(view, "service")),
    )


SET: Final = table("targets", _set)
GROUPS: Final = table("target-attainment", _groups)
WEEKS: Final = table("target-weeks", _weeks)
MISSED: Final = table("target-missed", targets.missed)
