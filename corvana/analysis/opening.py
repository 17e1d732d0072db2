"""Opening what is sealed, where it leaves for a reader: names, codes, and the cells of files."""

from typing import Any

import pandas as pd

from corvana.seal import NOT_SEALED, Seal, is_sealed


def opened(frame: pd.DataFrame, seal: Seal) -> pd.DataFrame:
    """Return the frame with every sealed text opened, also within longer texts."""
    if seal is NOT_SEALED:
        return frame
    texts = [str(name) for name in frame if _holds_text(frame[name])]
    changed = {name: _cells(frame[name], seal) for name in texts}
    return frame.assign(**changed)


def opened_document(document: Any, seal: Seal) -> Any:
    """Return a document of JSON with every sealed text opened."""
    match document:
        case str():
            return seal.opened(document)
        case dict():
            return {key: opened_document(value, seal) for key, value in document.items()}
        case list() | tuple():
            return [opened_document(value, seal) for value in document]
    return document


def opened_labels(labels: pd.DataFrame, incidents: pd.DataFrame, seal: Seal) -> pd.DataFrame:
    """Return LABELS with opened labels, and opened ids in a further column `shown_id`.

    Ids stay sealed, so that they still join. What incidents name and no list does, such as a
    service that was deleted before the first collection, gets its own id as its name.
    """
    unnamed = [
        pd.DataFrame({"kind": kind, "id": incidents[column].dropna().unique()})
        for column, kind in (
            ("service_id", "service"),
            ("escalation_policy_id", "escalation_policy"),
            ("priority", "priority"),
        )
    ]
    every = pd.concat([labels, *unnamed]).drop_duplicates(["kind", "id"], ignore_index=True)
    ids = every["id"].astype("str").map(seal.opened)
    told = every["label"].astype("object").where(every["label"].notna(), every["id"])
    return every.assign(label=told.map(seal.opened).astype("str"), shown_id=ids)


def _holds_text(cells: pd.Series) -> bool:
    dtype = cells.dtype
    values = dtype.categories if isinstance(dtype, pd.CategoricalDtype) else cells
    return pd.api.types.is_string_dtype(values) or values.dtype == object


def _cells(cells: pd.Series, seal: Seal) -> pd.Series:
    """The cells opened. Equal cells are opened once."""
    codes, values = pd.factorize(cells)
    told = [_told(value, seal) if isinstance(value, str) else value for value in values]
    if not any(new is not old for new, old in zip(told, values, strict=True)):
        return cells
    found = pd.Series(told, dtype="object").reindex(codes).set_axis(cells.index)
    return found.where(codes >= 0).astype("str")


def _told(text: str, seal: Seal) -> str:
    """The text opened. Several ids in one cell are in the order of their sealed texts, which means
    nothing to a reader: they are sorted anew."""
    parts = text.split(" ")
    if len(parts) > 1 and all(map(is_sealed, parts)):
        return " ".join(sorted(map(seal.opened, parts)))
    return seal.opened(text)
