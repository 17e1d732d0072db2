"""Several steps, of which one that fails does not hold up the others."""

from collections.abc import Callable, Iterable


def each(steps: Iterable[Callable[[], object]]) -> None:
    """Do every step, whatever happens to the others; then raise the first error."""
    errors: list[Exception] = []
    for step in steps:
        try:
            step()
        except Exception as error:  # noqa: BLE001 - raised below
            errors.append(error)
    if errors:
        raise errors[0]
