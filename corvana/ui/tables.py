"""Tables for readers; the file of a table keeps the columns' own names and UTC.

No table has a menu to save it as a file: a file is asked for at a route of ours.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from corvana.ui.controls.filters import time_zone

_INSTANT = "D MMM YYYY, HH:mm:ss"


def table(frame: pd.DataFrame, *, height: int) -> None:
    """Draw a frame with headings in words and instants on the reader's clock."""
    zone = time_zone()
    instants = frame.select_dtypes("datetimetz")
    st.dataframe(
        frame,
        hide_index=True,
        height=height,
        lazy=True,
        column_config={
            name: st.column_config.DatetimeColumn(
                f"{heading} ({zone})", format=_INSTANT, timezone=zone
            )
            if name in instants
            else st.column_config.Column(heading)
            for name, heading in headings(frame).items()
        },
    )


def headings(columns: Iterable[Any]) -> Mapping[str, str]:
    """Return each column's heading: `seconds_to_first_ack` is "Seconds to first ack", an id is
    called after what it names."""
    names = [str(name) for name in columns]
    told = {name: name.removesuffix("_id").replace("_", " ") for name in names}
    return {name: text[:1].upper() + text[1:] for name, text in told.items()}
