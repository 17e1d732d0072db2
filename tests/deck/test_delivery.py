"""Everything that is handed over: all of it in one folder, or nothing."""

import json
import zipfile
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from corvana.command_line import cli
from corvana.deck import delivery
from corvana.questions.cover import Cover
from tests.builders.analysis.ledger_of_findings import CODE
from tests.builders.deck.read_deck import ReadDeck
from tests.builders.deck.reviewed import decided, everything_decided, several, view_of
from tests.conftest import Connected

COVER = Cover("Acme", "acme", date(2026, 3, 2), "Ann Lee")
NAMES = [
    "corvana-deck-acme-2026-03-02.pptx",
    "corvana-evidence-acme-2026-03-02.zip",
    "corvana-method.html",
    "corvana-one-page-acme-2026-03-02.html",
    "corvana-register-acme-2026-03-02.csv",
    "corvana-register-acme-2026-03-02.xlsx",
    "corvana-report-acme-2026-03-02.html",
]


def view():
    found = several(2)
    return view_of(found, decided(found[0]))


def test_everything_is_in_the_folder_and_named_after_client_and_day(tmp_path: Path) -> None:
    out = tmp_path / "for" / "acme"
    assert delivery.deliver(view(), COVER, out) == NAMES
    assert sorted(path.name for path in out.iterdir()) == NAMES
    assert "1. Policy P0" in ReadDeck((out / NAMES[0]).read_bytes()).titles[3]
    with zipfile.ZipFile(out / NAMES[1]) as pack:
        assert json.loads(pack.read("findings.json"))[0]["words"]["title"].startswith("Policy P0")
    assert [path.name for path in out.parent.iterdir()] == ["acme"]


def test_a_folder_that_is_there_keeps_its_other_files(tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_text("mine")
    (tmp_path / NAMES[0]).write_text("an earlier deck")
    delivery.deliver(view(), COVER, tmp_path)
    assert (tmp_path / "own.txt").read_text() == "mine"
    assert (tmp_path / NAMES[0]).read_bytes().startswith(b"PK")


def test_what_cannot_be_made_leaves_nothing_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(delivery, "write_evidence", fail)
    out = tmp_path / "out"
    with pytest.raises(OSError, match="No space left"):
        delivery.deliver(view(), COVER, out)
    assert list(tmp_path.iterdir()) == []
    out.mkdir()
    (out / NAMES[0]).write_text("an earlier deck")
    with pytest.raises(OSError, match="No space left"):
        delivery.deliver(view(), COVER, out)
    assert [path.name for path in out.iterdir()] == [NAMES[0]]
    assert (out / NAMES[0]).read_text() == "an earlier deck"


def test_the_command_says_what_it_wrote_and_that_the_pack_is_not_to_be_passed_on(
    concluded: Connected, tmp_path: Path
) -> None:
    out = tmp_path / "delivered"
    asked = ["deliver", "--connection", concluded.id, "--out", str(out), "--by", "Ann Lee"]
    result = CliRunner().invoke(cli, asked)
    assert result.exit_code == 0, result.stderr
    first, *names, last = result.stdout.strip().split("\n")
    assert first == f"Written to {out}:"
    assert sorted(name.strip() for name in names) == sorted(path.name for path in out.iterdir())
    assert "keep it within the assessment" in last


def test_a_folder_that_cannot_be_written_is_one_sentence(
    concluded: Connected, tmp_path: Path
) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file")
    asked = ["deliver", "--connection", concluded.id, "--out", str(taken)]
    result = CliRunner().invoke(cli, asked)
    assert result.exit_code == 1
    assert result.stderr == f"Nothing was written to {taken}: there is a file of that name.\n"
    assert taken.read_text() == "a file"


def test_what_stakeholders_get_holds_no_dismissed_finding_and_no_code(tmp_path: Path) -> None:
    found, entries = everything_decided()
    delivery.deliver(view_of(found, *entries), COVER, tmp_path)
    for path in tmp_path.iterdir():
        if "evidence" in path.name:
            continue
        text = every_text(path)
        assert "Policy P2" in text or path.name == "corvana-method.html", path.name
        assert "Policy P1" not in text, path.name
        assert "Never tell this" not in text, path.name
        assert CODE not in text, path.name


def every_text(path: Path) -> str:
    """Everything in a file, or in the parts of one that is packed."""
    if not zipfile.is_zipfile(path):
        return path.read_text()
    if path.suffix == ".pptx":
        return ReadDeck(path.read_bytes()).every_text()
    with zipfile.ZipFile(path) as book:
        return "\n".join(book.read(name).decode() for name in book.namelist())
