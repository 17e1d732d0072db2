"""A sparkline: a chart of a series as small as a word, in a line of text.

It is an image and not a Plotly figure, because a page has several of them and browsers draw images
much faster.
"""

import base64
import math
from collections.abc import Sequence
from typing import Final

from corvana.charts.theme import ACCENT

_WIDTH: Final = 240
_HEIGHT: Final = 36
_AIR: Final = 4
"""On each side, so that line and dot are not cut off."""
_FEWEST: Final = 3
_SVG: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
    '<polygon points="{first_x},{height} {line} {last_x},{height}" fill="{colour}" '
    'fill-opacity="0.15"/>'
    '<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2" '
    'stroke-linejoin="round"/>'
    '<circle cx="{last_x}" cy="{last_y}" r="3.5" fill="{colour}"/></svg>'
)


def sparkline_image(values: Sequence[float], says: str) -> str:
    """Return a Markdown image of values in their order; empty for fewer than three known ones.

    The axis starts at zero, so that small changes look small; the line bridges unknown values.

    Parameters
    ----------
    values
        Evenly spaced in time, the oldest first; none is negative, NaN is unknown.
    says
        The alternative text of the image, also shown on hover; plain words.
    """
    points = _points(values)
    if len(points) < _FEWEST:
        return ""
    drawn = _SVG.format(
        width=_WIDTH,
        height=_HEIGHT,
        colour=ACCENT,
        line=" ".join(f"{x:.4g},{y:.4g}" for x, y in points),
        first_x=f"{points[0][0]:.4g}",
        last_x=f"{points[-1][0]:.4g}",
        last_y=f"{points[-1][1]:.4g}",
    )
    content = base64.b64encode(drawn.encode()).decode()
    return f'![{says}](data:image/svg+xml;base64,{content} "{says}")'


def _points(values: Sequence[float]) -> list[tuple[float, float]]:
    known = {place: value for place, value in enumerate(values) if not math.isnan(value)}
    step = (_WIDTH - 2 * _AIR) / max(len(values) - 1, 1)
    highest = max(known.values(), default=0.0) or 1.0
    return [
        (_AIR + place * step, _HEIGHT - (_HEIGHT - _AIR) * value / highest)
        for place, value in known.items()
    ]
