"""The commands with which whoever hosts Corvana moves what is stored, and replaces its key."""

import json

import typer

from corvana import jobs


def move_snapshots() -> None:
    """Copy data versions and baselines from the data folder into the object store of
    CORVANA_SNAPSHOT_URL."""
    _print(jobs.move_snapshots())


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
