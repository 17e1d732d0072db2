"""Whatever pages import, loaded before the first of them is asked for."""

import ast
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Final

PAGES: Final = Path(__file__).resolve().parents[2] / "pages"


def load() -> None:
    """Import what the pages and the router do.

    A server that has done so shows its first page sooner. And as its memory counts as permanent
    from then on, there is less to look at whenever garbage is looked for.
    """
    for script in (*PAGES.glob("*.py"), Path(__file__).with_name("router.py")):
        for name in imported(script.read_text(encoding="utf-8")):
            import_module(name)


def imported(source: str) -> Iterator[str]:
    """Yield the modules a script imports at its top, those named as part of a package too."""
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Import):
            yield from (alias.name for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom) and statement.module:
            yield statement.module
            parts = (f"{statement.module}.{alias.name}" for alias in statement.names)
            is_package = hasattr(import_module(statement.module), "__path__")
            yield from (part for part in parts if is_package and find_spec(part))
