"""What stands in the way of `make run` is told in one sentence, before anything is started."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks.running_app import ROOT, free_port
from corvana.config import Settings
from corvana.start import chosen_port, warnings


@contextmanager
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield int(other.getsockname()[1])


def start(folder: Path, **settings: object) -> "subprocess.CompletedProcess[str]":
    """Start the application where something is wrong, and return what it said."""
    ours = ("CORVANA_", "PAGERDUTY_", "STREAMLIT_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return subprocess.run(
        [sys.executable, "-m", "corvana.start"],
        cwd=folder,
        env={
            **environment,
            "PYTHONPATH": str(ROOT),
            "CORVANA_DATA_DIR": str(folder / "data"),
            **{name: str(value) for name, value in settings.items()},
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def refused(said: "subprocess.CompletedProcess[str]") -> str:
    assert said.returncode == 1
    assert "Traceback" not in said.stderr
    assert len(said.stderr.splitlines()) == 1
    return said.stderr


def test_a_taken_port_names_the_settings_to_change(tmp_path: Path) -> None:
    with taken() as port:
        told = refused(start(tmp_path, STREAMLIT_SERVER_PORT=port))
    assert f"Port {port} is taken by another program." in told
    assert "STREAMLIT_SERVER_PORT" in told
    assert "CORVANA_BASE_URL" in told


def test_a_taken_port_of_the_simulated_account_names_its_setting(tmp_path: Path) -> None:
    with taken() as port:
        told = refused(
            start(tmp_path, STREAMLIT_SERVER_PORT=free_port(), CORVANA_SANDBOX_PORT=port)
        )
    assert f"Port {port} is taken by another program." in told
    assert f"CORVANA_SANDBOX_PORT={port + 1} make run" in told


def test_the_simulated_account_alone_names_its_setting_too(tmp_path: Path) -> None:
    with taken() as port:
        said = subprocess.run(
            [sys.executable, "-m", "corvana", "sandbox", "--port", str(port)],
            env={**os.environ, "CORVANA_DATA_DIR": str(tmp_path)},
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert "CORVANA_SANDBOX_PORT" in refused(said)


@pytest.mark.parametrize(
    ("written", "where"),
    [
        ('CORVANA_LOG_LEVEL = "info"\nPAGERDUTY_CLIENT_SECRET = hush-hush\n', "at line 2"),
        ('PAGERDUTY_CLIENT_SECRET = "hush-hush\n', "at line 1"),
        ("[auth", "at its end"),
    ],
)
def test_a_malformed_secrets_file_is_named_with_its_line_and_never_shown(
    tmp_path: Path, written: str, where: str
) -> None:
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "secrets.toml").write_text(written)
    told = refused(start(tmp_path))
    assert f"The file .streamlit/secrets.toml cannot be read {where}." in told
    assert "hush" not in told


def test_a_secrets_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "secrets.toml").write_bytes(b'A = "\xff"')
    assert "secrets.toml cannot be read because it is not text" in refused(start(tmp_path))


def test_a_malformed_setting_is_named(tmp_path: Path) -> None:
    assert "CORVANA_BACKFILL_DAYS" in refused(start(tmp_path, CORVANA_BACKFILL_DAYS=0))
    assert "STREAMLIT_SERVER_PORT" in refused(start(tmp_path, STREAMLIT_SERVER_PORT="many"))


@pytest.mark.parametrize(
    ("base_url", "port"),
    [
        ("http://localhost:8501", 8501),
        ("http://127.0.0.1", 80),
        ("https://corvana.example.com", 8501),
    ],
)
def test_the_same_port_and_a_proxys_address_are_no_warning(base_url: str, port: int) -> None:
    assert warnings(Settings(base_url=base_url), port) == []


def test_a_base_url_with_another_port_is_a_warning_with_the_setting() -> None:
    (told,) = warnings(Settings(base_url="http://localhost:8501"), 8600)
    assert "listens on port 8600" in told
    assert told.endswith("Set CORVANA_BASE_URL=http://localhost:8600.")


def test_the_port_is_the_environments_or_the_one_of_our_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("STREAMLIT_SERVER_PORT", raising=False)
    assert chosen_port() == 8501
    monkeypatch.setenv("STREAMLIT_SERVER_PORT", "8600")
    assert chosen_port() == 8600
