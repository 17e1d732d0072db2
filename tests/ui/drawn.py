"""The charts that a page has drawn."""

import json
from typing import Any

from streamlit.testing.v1 import AppTest


def charts(shown: AppTest) -> list[dict[str, Any]]:
    """Return what was sent for each chart: its figure, its text, whether marks filter."""
    return [json.loads(one.proto.bytes) for one in shown.get("bidi_component")]
