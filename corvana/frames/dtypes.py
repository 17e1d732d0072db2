"""The types of columns, and how a frame is given those of its contract."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

import pandas as pd

INSTANT: Final = "datetime64[us, UTC]"
TEXT: Final = "str"
WORD: Final = "category"
SECONDS: Final = "float64"
COUNT: Final = "int32"
LEVEL: Final = "Int16"
PLACE: Final = "Int32"
FLAG: Final = "bool"


def empty(contract: Mapping[str, str]) -> pd.DataFrame:
    """Return a frame with the contract's columns and dtypes and no row."""
    return _without_rows(tuple(contract.items())).copy(deep=False)


@cache
def _without_rows(contract: tuple[tuple[str, str], ...]) -> pd.DataFrame:
    """Made once per contract, because each column takes a tenth of a millisecond.

    Pandas copies a shared column before it is written to, so the kept frame stays as it is.
    """
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in contract})


def conform(frame: pd.DataFrame, contract: Mapping[str, str]) -> pd.DataFrame:
    """Return the contract's columns in order, cast to its dtypes.

    Raises
    ------
    KeyError
        A column of the contract is missing.
    """
    kept = frame[list(contract)].reset_index(drop=True)
    # Cast only columns with another dtype: needless casts of dozens of columns take most time.
    casts = {
        name: dtype
        for (name, dtype), present in zip(_dtypes(contract), kept.dtypes, strict=True)
        if present != dtype
    }
    return kept.astype(casts) if casts else kept


def _dtypes(contract: Mapping[str, str]) -> Iterable[tuple[str, Any]]:
    """Compare categoricals by dtype name; their categories may differ."""
    return ((name, dtype if dtype == WORD else _parsed(dtype)) for name, dtype in contract.items())


@cache
def _parsed(dtype: str) -> Any:
    return pd.api.types.pandas_dtype(dtype)
