"""Values of a figure in the form in which Plotly sends them to the browser."""

import base64
from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from plotly.basedatatypes import BasePlotlyType

_INTEGERS: Final = ("int8", "int16", "int32")
"""The integers that a browser reads, the smallest first."""
_KINDS: Final[Mapping[str, str]] = {
    "int8": "i1", "int16": "i2", "int32": "i4", "uint8": "u1", "uint16": "u2", "uint32": "u4",
    "float32": "f4", "float64": "f8",
}  # fmt: skip
"""Plotly's name for each type of numbers that a browser reads."""


def sent(value: Any) -> Any:
    """Return what JSON can hold: dictionaries and lists, with arrays as Plotly sends them."""
    if isinstance(value, dict):
        return {name: sent(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [sent(each) for each in value]
    if isinstance(value, pd.Series | pd.Index):
        return _array(_values(value))
    if isinstance(value, np.ndarray):
        return _array(value)
    if isinstance(value, np.generic):
        return value.item()
    return value.to_plotly_json() if isinstance(value, BasePlotlyType) else value


def _values(column: "pd.Series[Any] | pd.Index[Any]") -> npt.NDArray[Any]:
    """The values of a column; instants on their own clock, without its zone."""
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        column = pd.Series(column).dt.tz_localize(None)
    return column.to_numpy()


def _array(values: npt.NDArray[Any]) -> Any:
    """Numbers as bytes, in the smallest type of integers that holds them; the rest as a list."""
    if not values.size or values.dtype.kind not in "fiu":
        return values if values.dtype.kind == "M" else values.tolist()
    name = values.dtype.name
    if name == "int64":
        name = next(_fitting(values), name)
    if name not in _KINDS:
        return values.tolist()
    content = base64.b64encode(values.astype(name).tobytes()).decode("ascii")
    shape = {"shape": str(values.shape)[1:-1]} if values.ndim > 1 else {}
    return {"dtype": _KINDS[name], "bdata": content, **shape}


def _fitting(values: npt.NDArray[np.integer]) -> Iterator[str]:
    low, high = values.min(), values.max()
    return (
        name for name in _INTEGERS
        if np.iinfo(name).min <= low and high <= np.iinfo(name).max
    )  # fmt: skip
