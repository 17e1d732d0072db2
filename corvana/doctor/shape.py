"""The shape of what could not be read or was not known: field names, kinds of values, how often.

Never a value, so an assessor can send it to those who maintain this application.
"""

from typing import Any

from corvana.config import Settings
from corvana.store import connections, odd_shapes
from corvana.store.engine import open_database
from corvana.store.models import OddShape


def gathered(settings: Settings, connection_id: str) -> list[OddShape]:
    """Everything odd that the runs of the connection met. Raises `NotFound`."""
    engine = open_database(settings.database_url)
    return list(odd_shapes.listed(engine, connections.get(engine, connection_id).id))


def as_text(connection_id: str, shapes: list[OddShape]) -> str:
    """Return the shapes as lines for a terminal."""
    title = f"Connection {connection_id}"
    if not shapes:
        return f"{title}\nSo far nothing was met that could not be read or is not known."
    lines = [
        f"{shape.times:>8} ×  {shape.path}  {shape.field or 'the whole body'}: {shape.problem}, "
        f"given {shape.given}"
        for shape in shapes
    ]
    head = "What could not be read or was not known: fields and kinds of values, never a value."
    return "\n".join([title, head, *lines])


def as_document(connection_id: str, shapes: list[OddShape]) -> dict[str, Any]:
    """Return the shapes as plain values."""
    return {
        "connection": connection_id,
        "shapes": [shape.model_dump(exclude={"connection_id"}) for shape in shapes],
    }
