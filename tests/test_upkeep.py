"""What the command that moves the database prints, and how it ends."""

import pytest
from typer.testing import CliRunner

from corvana.command_line import cli
from corvana.jobs.database import moving
from corvana.jobs.database.copying import Compared

SAME = Compared("incident", 3, 3, "ab", "ab")
OTHER = Compared("logentry", 9, 8, "cd", "ce")


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> list[Compared]:
    """What the move is to find."""
    found: list[Compared] = []
    monkeypatch.setenv("CORVANA_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(moving, "move_database", lambda *_: moving.Moved(found, []))
    return found


def run() -> tuple[int, str, str]:
    ran = CliRunner().invoke(cli, ["move-database", "--to", "postgresql://somewhere/corvana"])
    return ran.exit_code, ran.stdout, ran.stderr


def test_a_move_prints_every_table_and_ends_well(compared: list[Compared]) -> None:
    compared.append(SAME)
    code, told, _ = run()
    assert code == 0
    lines = [line.split() for line in told.splitlines()]
    assert lines[-1] == ["incident", "3", "3", "ab", "ab"]


def test_a_difference_is_named_and_ends_with_an_error(compared: list[Compared]) -> None:
    compared.extend([SAME, OTHER])
    code, told, error = run()
    assert code == 1
    assert "logentry" in told
    assert "Nothing was moved: logentry would be different." in error
    assert "incident" not in error


@pytest.mark.parametrize(
    "one", [OTHER, SAME._replace(rows_after=2), SAME._replace(checksum_after="ac")]
)
def test_another_count_or_another_checksum_is_a_difference(one: Compared) -> None:
    assert SAME.is_equal
    assert not one.is_equal
