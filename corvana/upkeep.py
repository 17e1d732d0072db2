"""The commands with which whoever hosts Corvana moves what is stored, and replaces its key."""

import json
from typing import Annotated, Final

import typer

from corvana import jobs

_HEADINGS: Final = ("table", "rows before", "rows after", "checksum before", "checksum after")


def move_snapshots() -> None:
    """Copy data versions and baselines from the data folder into the object store of
    CORVANA_SNAPSHOT_URL."""
    _print(jobs.move_snapshots())


def move_database(
    to: Annotated[
        str, typer.Option("--to", envvar="CORVANA_MOVE_TO", help="postgresql://user@host/database")
    ],
) -> None:
    """Copy everything from SQLite to PostgreSQL, seal it, and prove that both say the same."""
    # It needs libraries that no other command needs.
    from corvana.jobs.database.moving import move_database as move  # noqa: PLC0415

    moved = move(to, _tell)
    for one in (_HEADINGS, *moved.tables, *moved.frames):
        typer.echo("{:<60} {:>12} {:>12} {:>32} {:>32}".format(*one))
    if not moved.is_equal:
        different = [one.name for one in (*moved.tables, *moved.frames) if not one.is_equal]
        typer.echo(f"Nothing was moved: {', '.join(different)} would be different.", err=True)
        raise typer.Exit(1)


def rotate_key() -> None:
    """Encrypt everything with a new key, and prove that nothing is left of the key before."""
    rotated = jobs.rotate_key(_tell)
    _print(
        {
            "encrypted_anew": dict(rotated.encrypted_anew),
            "opened_by_the_new_key": rotated.opened_by_the_new_key,
            "left_for_the_key_before": 0,
        }
    )


def _tell(done: str) -> None:
    """Progress goes beside the result, which a program may read."""
    typer.echo(done, err=True)


def _print(content: object) -> None:
    typer.echo(json.dumps(content, indent=2))
