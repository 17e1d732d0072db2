"""The charts and the texts of a drawn page."""

import json
from typing import Any

from streamlit.testing.v1 import AppTest


def charts(shown: AppTest) -> list[dict[str, Any]]:
    """Return the data sent for each chart: its figure, its text, whether marks filter."""
    drawn = [one.proto for one in shown.get("bidi_component")]
    return [json.loads(one.bytes) for one in drawn if one.component_name == "corvana.chart"]


def texts(shown: AppTest, *kinds: str) -> list[str]:
    """Return the texts of all elements of these kinds, such as `markdown`."""
    elements: list[Any] = [one for kind in kinds for one in shown.get(kind)]
    return [str(one.value) for one in elements]
