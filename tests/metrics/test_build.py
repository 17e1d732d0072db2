"""Which code a process is of, and how often it began anew."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from corvana import begun_anew, build

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def test_the_commit_is_read_from_wherever_git_keeps_it(tmp_path: Path) -> None:
    assert build.git_revision(tmp_path) == ""
    (tmp_path / "HEAD").write_text(f"{COMMIT}\n")
    assert build.git_revision(tmp_path) == COMMIT
    (tmp_path / "HEAD").write_text("ref: refs/heads/main\n")
    (tmp_path / "packed-refs").write_text(f"# pack-refs\n{COMMIT} refs/heads/main\n")
    assert build.git_revision(tmp_path) == COMMIT
    (tmp_path / "refs" / "heads").mkdir(parents=True)
    (tmp_path / "refs" / "heads" / "main").write_text(COMMIT[::-1])
    assert build.git_revision(tmp_path) == COMMIT[::-1]


def test_a_process_knows_how_often_it_began_anew_and_its_child_did_not() -> None:
    script = (
        "import os, subprocess, sys\n"
        "from corvana import begun_anew\n"
        "if begun_anew.times() < 2:\n"
        "    os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]],"
        " begun_anew.environment())\n"
        "child = 'from corvana import begun_anew; print(begun_anew.times())'\n"
        "print(begun_anew.times(), flush=True)\n"
        "subprocess.run([sys.executable, '-c', child], check=True)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(Path(build.__file__).parents[1])},
    )  # fmt: skip
    assert done.stdout.split() == ["2", "0"]


@pytest.mark.parametrize("kept", ["", "x", "PID:x", "1:7"])
def test_what_another_process_left_in_the_environment_counts_for_nothing(
    kept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORVANA_BEGUN_ANEW", kept.replace("PID", str(os.getpid())))
    assert begun_anew.times() == 0
