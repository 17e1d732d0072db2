"""`make run` on a machine where nothing is installed yet."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from benchmarks.running_app import ROOT

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
# `make test` passes its own options on, and a make inside a make names its folder on the screen.
WITHOUT_AN_OUTER_MAKE = {
    name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))
}
STAND_IN = """#!/bin/sh
# Reports the version {version}, and notes whether it is asked to make an environment.
case "$*" in
  --version|-V) echo "Python {version}" ;;
  "-m venv "*) mkdir -p .venv/bin; cp "$0" .venv/bin/python ;;
  "-m pip "*) echo "Collecting streamlit" ;;
  "-m corvana.start") echo "started" ;;
  *) echo "{is_new}" ;;
esac
"""


def make_run(folder: Path, version: str) -> "subprocess.CompletedProcess[str]":
    for name in ("Makefile", "requirements.txt"):
        shutil.copy2(ROOT / name, folder)
    stand_in = folder / "stand-in"
    is_new = tuple(map(int, version.split("."))) >= (3, 11)
    stand_in.write_text(STAND_IN.format(version=version, is_new=is_new))
    stand_in.chmod(0o755)
    return subprocess.run(
        ["make", "run", f"PYTHON={stand_in}"],
        cwd=folder,
        env=WITHOUT_AN_OUTER_MAKE,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("version", ["3.10.12", "3.9.2", "3.10", "2.7.18"])
def test_an_older_python_is_refused_in_one_sentence_before_an_environment_is_made(
    tmp_path: Path, version: str
) -> None:
    said = make_run(tmp_path, version)
    assert said.returncode != 0
    ours = [line for line in said.stderr.splitlines() if not line.startswith("make")]
    assert len(ours) == 1
    assert ours[0].startswith("Corvana needs Python 3.11 or newer")
    assert said.stdout == ""
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize("version", ["3.11.2", "3.13.0"])
def test_it_says_what_it_does_while_it_installs_and_that_it_needs_the_network(
    tmp_path: Path, version: str
) -> None:
    said = make_run(tmp_path, version)
    assert said.returncode == 0, said.stderr
    first, second, third, *_, last = said.stdout.splitlines()
    assert first.startswith("Making an environment")
    assert second.startswith("Installing the libraries")
    assert second.endswith("This needs the network.")
    assert third == "Collecting streamlit"
    assert last == "started"


def test_nothing_is_installed_twice(tmp_path: Path) -> None:
    make_run(tmp_path, "3.11.2")
    assert make_run(tmp_path, "3.11.2").stdout.splitlines() == ["started"]
