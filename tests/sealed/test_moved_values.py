"""What is about objects and people that an account no longer has is sealed by a move, too."""

from pathlib import Path

import pandas as pd
import pytest

from corvana.frames import CONFIGURATION_CHANGES, conform
from corvana.jobs.database.account_seal import AccountSeal
from corvana.jobs.database.rows import Seals
from corvana.jobs.database.versions import seal_versions
from corvana.store.keys.connection_key import sealing
from corvana.store.models import RegisterEntry
from corvana.store.vault import Vault
from corvana.versions.manifest import Manifest, publish_manifest

SEAL = sealing(bytes(range(64)))
ACCOUNT = AccountSeal(SEAL, frozenset({"PPOLICY", "PROTA01", "ABCDEFGH", "PSERVICE"}))
"""An account that has no `PGONE01` any more, and nobody whose code is `GONE2345`."""
AT = pd.Timestamp("2026-10-01", tz="UTC")


def sealed(text: str) -> str:
    return SEAL.text(text)


@pytest.mark.parametrize(
    ("key", "parts"),
    [
        ("slow_ack:PGONE01", ["slow_ack", "PGONE01"]),
        ("overloaded_responder:GONE2345:PGONE01", ["overloaded_responder", "GONE2345", "PGONE01"]),
    ],
)
def test_the_key_of_a_finding_about_what_is_gone_is_sealed(key: str, parts: list[str]) -> None:
    assert ACCOUNT.key(key) == ":".join([parts[0], *map(sealed, parts[1:])])


def test_a_level_in_the_key_of_a_finding_stays() -> None:
    assert ACCOUNT.key("coverage_gap:PGONE01:2") == f"coverage_gap:{sealed('PGONE01')}:2"
    assert ACCOUNT.key("interview:7Q2X") == "interview:7Q2X"


@pytest.mark.parametrize("level", ["none", "high", "low"])
def test_a_word_for_a_level_of_response_targets_stays(level: str) -> None:
    assert ACCOUNT.level(level) == level


def test_a_priority_that_is_gone_is_sealed_in_a_response_target() -> None:
    assert ACCOUNT.level("PGONE01") == sealed("PGONE01")


@pytest.mark.parametrize("detail", ["2", "30.0", "2026-10-05", "1 and 2, with others", ""])
def test_a_detail_that_is_no_id_stays(detail: str) -> None:
    assert ACCOUNT.detail(detail) == detail


@pytest.mark.parametrize(
    "note",
    ["~backup_folder_of_the_client", "~", "Zürich 漢字 🦊 \u202e\ufeff", "a\x00b", "x" * 100_000],
)
def test_whatever_an_assessor_wrote_says_the_same(tmp_path: Path, note: str) -> None:
    """Also what looks like a sealed text."""
    vault = Vault.open(None, tmp_path)
    vault.keys.make_written("first")
    seals = Seals(vault, {}, {})
    row = RegisterEntry(engagement_id="first", key="interview:1", note=note).model_dump()
    moved = seals.sealed("registerentry", row)
    assert moved["note"] != note
    told = [seals.told("registerentry", one, is_sealed=one is moved) for one in (row, moved)]
    assert told[0] == told[1]


def test_changes_of_settings_are_sealed_and_say_the_same(tmp_path: Path) -> None:
    """The schedules of a level are stored before its people, whatever their letters are."""
    changes = [
        ("escalation_policy", "PPOLICY", AT, "targets", 1, "PROTA01 ABCDEFGH", "PROTA01"),
        ("escalation_policy", "PPOLICY", AT, "targets", 2, "GONE2345", None),
        ("service", "PSERVICE", AT, "escalation_policy_id", None, "PGONE01", "PPOLICY"),
        ("service", "PSERVICE", AT, "auto_resolve_timeout", None, "3600", None),
    ]
    frame = pd.DataFrame(changes, columns=list(CONFIGURATION_CHANGES))
    before, after = tmp_path / "before", tmp_path / "after"
    home = "0" * 32
    (before / home).mkdir(parents=True)
    after.mkdir()
    conform(frame, CONFIGURATION_CHANGES).to_parquet(before / home / "changes.parquet")
    files = {"configuration_changes": {"all": "changes.parquet"}}
    manifest = Manifest(1, AT.to_pydatetime(), None, (), {})
    publish_manifest(before, home, manifest, files)
    [compared] = seal_versions(before, after, ACCOUNT, {home: {1}}, lambda _: None)
    assert compared.is_equal
    found = pd.read_parquet(after / home / "changes.parquet")
    both = " ".join(sorted([sealed("PROTA01"), sealed("ABCDEFGH")]))
    assert found["before"].tolist() == [both, sealed("GONE2345"), sealed("PGONE01"), "3600"]
    assert found["after"].iloc[0] == sealed("PROTA01")
