"""Results made beforehand: kept whole, read back by us alone, and never missed."""

import pickle
from pathlib import Path

import pandas as pd
import pytest
from cryptography.fernet import Fernet

from corvana.errors import VersionMissing
from corvana.questions import prepared
from corvana.store.keys.ring import GivenKeys
from corvana.store.vault import Vault
from tests.builders.written_version import prepared_file

FRAME = pd.DataFrame({"service_id": ["S1"], "n": [3]})


@pytest.fixture
def vault() -> Vault:
    return Vault(GivenKeys(Fernet.generate_key()), Path("keys"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "c").mkdir()
    return tmp_path


def test_what_was_written_is_read_back(folder: Path, vault: Vault) -> None:
    results = {"frame": pickle.dumps(FRAME), "nothing": pickle.dumps(None)}
    size = prepared.write(folder, "c", 1, vault, results)
    assert size == prepared_file(folder, "c", 1).stat().st_size
    found = prepared.read(folder, "c", 1, vault)
    pd.testing.assert_frame_equal(pickle.loads(found["frame"]), FRAME)
    assert pickle.loads(found["nothing"]) is None
    assert set(found) == {"frame", "nothing"}


def test_nothing_prepared_is_no_error(folder: Path, vault: Vault) -> None:
    assert prepared.read(folder, "c", 1, vault) == {}
    assert prepared.read(folder, "gone", 1, vault) == {}


def test_it_is_encrypted(folder: Path, vault: Vault) -> None:
    prepared.write(folder, "c", 1, vault, {"frame": pickle.dumps(FRAME)})
    assert b"service_id" not in prepared_file(folder, "c", 1).read_bytes()


@pytest.mark.parametrize("content", [b"", b"cos\nsystem\n(S'true'\ntR.", b"gAAAA"])
def test_what_the_key_does_not_fit_is_not_read(folder: Path, vault: Vault, content: bytes) -> None:
    prepared_file(folder, "c", 1).write_bytes(content)
    assert prepared.read(folder, "c", 1, vault) == {}


def test_what_another_key_wrote_is_not_read(folder: Path, vault: Vault) -> None:
    another = Vault(GivenKeys(Fernet.generate_key()), Path("keys"))
    prepared.write(folder, "c", 1, another, {"frame": pickle.dumps(FRAME)})
    assert prepared.read(folder, "c", 1, vault) == {}


def test_nothing_is_written_for_a_connection_that_was_deleted(tmp_path: Path, vault: Vault) -> None:
    with pytest.raises(VersionMissing):
        prepared.write(tmp_path, "gone", 1, vault, {"frame": pickle.dumps(FRAME)})
    assert list(tmp_path.iterdir()) == []


def test_files_are_looked_for_at_every_call_and_read_once(folder: Path, vault: Vault) -> None:
    files = prepared.PreparedFiles(folder, vault)
    assert files.of("c", 1) == {}
    prepared.write(folder, "c", 1, vault, {"frame": pickle.dumps(FRAME)})
    found = files.of("c", 1)
    assert set(found) == {"frame"}
    assert files.of("c", 1) is found
    prepared_file(folder, "c", 1).unlink()
    assert files.of("c", 1) == {}, "it went with its version"


def test_each_settings_have_their_own_results(folder: Path, vault: Vault) -> None:
    prepared.write(folder, "c", 1, vault, {"usual": b"1"})
    prepared.write(folder, "c", 1, vault, {"late": b"2"}, "0123abcd")
    files = prepared.PreparedFiles(folder, vault)
    assert files.of("c", 1) == {"usual": b"1"}
    assert files.of("c", 1, "0123abcd") == {"late": b"2"}
    assert files.of("c", 1, "ffff") == {}


def test_what_another_release_computed_is_not_read(
    folder: Path, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its numbers may differ, and so may the classes of its results."""
    prepared.write(folder, "c", 1, vault, {"frame": pickle.dumps(FRAME)})
    monkeypatch.setattr(prepared, "code_digest", lambda *_: "another")
    assert prepared.read(folder, "c", 1, vault) == {}


def test_a_file_without_the_name_of_its_code_is_not_read(folder: Path, vault: Vault) -> None:
    older = pickle.dumps({"frame": pickle.dumps(FRAME)})
    prepared_file(folder, "c", 1).write_bytes(vault.encrypt(older))
    assert prepared.read(folder, "c", 1, vault) == {}
