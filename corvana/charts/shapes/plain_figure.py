"""A figure of Plotly that is kept as plain values until somebody looks into it.

Plotly checks and copies each property when it is set, which takes most of the time of drawing a
chart. Here, what a chart function sets is kept as it is and becomes JSON directly. When anything
else of Plotly is asked for, the figure is built in Plotly's way, and is an ordinary one from then
on. `tests/charts/test_plain_figure.py` holds that both ways send the same to the browser.
"""

from collections.abc import Mapping
from typing import Any, Final, Self, cast

import plotly.graph_objects as go
from plotly.io.json import to_json_plotly

from corvana.charts.shapes.sent_values import sent

_NAMES_WITH_UNDERSCORE: Final = frozenset({"error_x", "error_y", "paper_bgcolor", "plot_bgcolor"})
"""Other names with an underscore mean a part of a property: `title_font` is the title's font."""
_AXES: Final = ("xaxis", "yaxis")

Properties = dict[str, Any]


class PlainFigure(go.Figure):  # type: ignore[misc] # Plotly is not typed
    """A figure whose traces and layout are plain values until it is looked into.

    It begins with a layout alone. What it is given must not be changed afterwards.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self._keep(_traces=None, _plain=None, _json=None)
        if arguments or set(named) != {"layout"} or not isinstance(named["layout"], dict):
            super().__init__(*arguments, **named)
        else:
            self._keep(_traces=[], _plain=_own(named["layout"]))

    def __getattr__(self, name: str) -> Any:
        # Python asks this for what is not there: until the figure is built, Plotly's own state.
        if name.startswith("__") or not self.is_plain:
            raise AttributeError(name)
        self._build()
        return getattr(self, name)

    @property
    def is_plain(self) -> bool:
        """Whether nobody has looked into the figure yet."""
        return self.__dict__.get("_plain") is not None

    @property
    def heading(self) -> str:
        """The text of the title, which may be empty."""
        if not self.is_plain:
            return self.layout.title.text or ""
        return cast("str", self._plain.get("title", {}).get("text")) or ""

    @property
    def room_above(self) -> float:
        """The pixels above the plot."""
        if not self.is_plain:
            return self.layout.margin.t or 0
        return cast("float", self._plain.get("margin", {}).get("t")) or 0

    def add_scatter(self, *arguments: Any, **named: Any) -> Self:
        """As Plotly's."""
        if self._add("scatter", arguments, named):
            return self
        super().add_scatter(*arguments, **named)
        return self

    def add_bar(self, *arguments: Any, **named: Any) -> Self:
        """As Plotly's."""
        if self._add("bar", arguments, named):
            return self
        super().add_bar(*arguments, **named)
        return self

    def add_heatmap(self, *arguments: Any, **named: Any) -> Self:
        """As Plotly's."""
        if self._add("heatmap", arguments, named):
            return self
        super().add_heatmap(*arguments, **named)
        return self

    def add_vline(self, x: Any, *arguments: Any, **named: Any) -> Self:
        """As Plotly's: a line from the bottom to the top."""
        line = {"type": "line", "x0": x, "x1": x, "y0": 0, "y1": 1, "yref": "y domain"}
        if self._add_shape(line, arguments, named):
            return self
        super().add_vline(x, *arguments, **named)
        return self

    def add_hline(self, y: Any, *arguments: Any, **named: Any) -> Self:
        """As Plotly's: a line from the left to the right."""
        line = {"type": "line", "x0": 0, "x1": 1, "y0": y, "y1": y, "xref": "x domain"}
        if self._add_shape(line, arguments, named):
            return self
        super().add_hline(y, *arguments, **named)
        return self

    def add_vrect(self, x0: Any, x1: Any, *arguments: Any, **named: Any) -> Self:
        """As Plotly's: an area from the bottom to the top."""
        area = {"type": "rect", "x0": x0, "x1": x1, "y0": 0, "y1": 1, "yref": "y domain"}
        if self._add_shape(area, arguments, named):
            return self
        super().add_vrect(x0, x1, *arguments, **named)
        return self

    def add_annotation(self, *arguments: Any, **named: Any) -> Self:
        """As Plotly's."""
        if self._takes(arguments, named):
            self._changed.setdefault("annotations", []).append(_own(named))
            return self
        super().add_annotation(*arguments, **named)
        return self

    def update_layout(self, *arguments: Any, **named: Any) -> Self:
        """As Plotly's: parts are merged."""
        if self._takes(arguments, named):
            self._keep(_plain=_merged(self._changed, _own(named)))
            return self
        super().update_layout(*arguments, **named)
        return self

    def update_xaxes(self, *arguments: Any, **named: Any) -> Self:
        """As Plotly's."""
        if self._update_axes("xaxis", arguments, named):
            return self
        super().update_xaxes(*arguments, **named)
        return self

    def update_yaxes(self, *arguments: Any, **named: Any) -> Self:
        """As Plotly's."""
        if self._update_axes("yaxis", arguments, named):
            return self
        super().update_yaxes(*arguments, **named)
        return self

    def replace_layout(self, **parts: Any) -> Self:
        """Set whole parts of the layout, such as `xaxis`; a new value replaces the whole part."""
        if self._takes((), parts):
            self._changed.update(_own(parts))
            return self
        for name, part in parts.items():
            self.layout[name] = part
        return self

    def to_json(self, *arguments: Any, **named: Any) -> str:
        """As Plotly's; the same text is made once."""
        if arguments or named or not self.is_plain:
            return cast("str", super().to_json(*arguments, **named))
        if self._json is None:
            told = {"data": self._traces, "layout": self._plain}
            self._keep(_json=to_json_plotly(sent(told)))
        return cast("str", self._json)

    @property
    def _changed(self) -> Properties:
        """The plain layout, to be changed."""
        self._keep(_json=None)
        return cast("Properties", self._plain)

    def _add(self, kind: str, arguments: tuple[Any, ...], named: Properties) -> bool:
        """Add a trace; False if Plotly has to do it."""
        if self._takes(arguments, named):
            self._keep(_json=None)
            self._traces.append({**_own(named), "type": kind})
        return self.is_plain

    def _add_shape(self, shape: Properties, arguments: tuple[Any, ...], named: Properties) -> bool:
        """Add a shape that spans the plot, with its annotation."""
        if not self._takes(arguments, named):
            return False
        others = dict(named)
        annotation = others.pop("annotation", None)
        placed = {"xref": "x", "yref": "y", **shape, **_own(others)}
        self._changed.setdefault("shapes", []).append(placed)
        if annotation is not None:
            self._changed.setdefault("annotations", []).append(_beside(placed, _own(annotation)))
        return True

    def _update_axes(self, axis: str, arguments: tuple[Any, ...], named: Properties) -> bool:
        if not self._takes(arguments, named):
            return False
        layout, change = self._changed, _own(named)
        for name in {axis, *(each for each in layout if each.startswith(axis))}:
            layout[name] = _merged(layout.get(name, {}), change)
        return True

    def _takes(self, arguments: tuple[Any, ...], named: Properties) -> bool:
        """Whether these can be kept as plain values; if not, the figure is built."""
        if self.is_plain and (arguments or not all(map(_is_plain, named))):
            self._build()
        return self.is_plain

    def _build(self) -> None:
        traces, layout = self._traces, self._plain
        self._keep(_traces=None, _plain=None, _json=None)
        super().__init__(data=traces, layout=layout)

    def _keep(self, **values: Any) -> None:
        # Plotly's way of setting an attribute looks into the figure.
        self.__dict__.update(values)


def _is_plain(name: str) -> bool:
    return "_" not in name or name in _NAMES_WITH_UNDERSCORE


def _own(given: Mapping[str, Any]) -> Properties:
    """A copy of the dictionaries; a title that is a text becomes that of a title with parts."""
    return {name: _part(name, value) for name, value in given.items() if value is not None}


def _part(name: str, value: Any) -> Any:
    if name == "title" and isinstance(value, str):
        return {"text": value}
    return _own(value) if isinstance(value, dict) else value


def _merged(old: Properties, new: Properties) -> Properties:
    both = {
        name: _merged(old[name], new[name])
        for name in old.keys() & new.keys()
        if isinstance(old[name], dict) and isinstance(new[name], dict)
    }
    return {**old, **new, **both}


def _beside(shape: Properties, annotation: Properties) -> Properties:
    """The annotation of a line, at its top right where it does not say where."""
    is_upright = shape["yref"] == "y domain"
    place = {"x": shape["x1"], "y": shape["y1"], "xanchor": "left" if is_upright else "right",
             "yanchor": "top" if is_upright else "bottom"}  # fmt: skip
    return {
        **place, "showarrow": False, **annotation, "xref": shape["xref"], "yref": shape["yref"],
    }  # fmt: skip
