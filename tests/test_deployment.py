"""What a host copies: units, the proxy's configuration, and what the guide says of them."""

import configparser
import re
from pathlib import Path

import pytest

from corvana.config import Settings
from corvana.web.connect import CALLBACK as FROM_PAGERDUTY
from corvana.web.sign_in_routes import CALLBACK as FROM_SIGN_IN

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
SECURITY = (ROOT / "docs" / "security.md").read_text()
GUIDE = (ROOT / "docs" / "hosting.md").read_text()
UNITS = sorted(DEPLOY.glob("*.service"))


def unit(path: Path) -> configparser.ConfigParser:
    """A unit of systemd."""
    read = configparser.ConfigParser(interpolation=None, strict=True)
    read.optionxform = str  # type: ignore[assignment, method-assign]
    read.read_string(path.read_text())
    return read


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_service_runs_as_a_user_of_its_own_and_writes_only_its_data(path: Path) -> None:
    service = unit(path)["Service"]
    assert service["User"] == "corvana"
    assert service["ProtectSystem"] == "strict"
    assert service["NoNewPrivileges"] == "true"
    assert service["CapabilityBoundingSet"] == ""
    data, keys = service["StateDirectory"].split()
    assert service["Restart"] == "always"
    assert f"CORVANA_DATA_DIR=/var/lib/{data}\n" in GUIDE
    assert f"CORVANA_KEYS_DIR=/var/lib/{keys}\n" in GUIDE


def test_the_worker_is_a_service_of_its_own() -> None:
    web = unit(DEPLOY / "corvana-web.service")["Service"]
    worker = unit(DEPLOY / "corvana-worker@.service")["Service"]
    settings = dict(one.split("=") for one in web["Environment"].split())
    assert settings == {
        "CORVANA_START_WORKER": "false",
        "STREAMLIT_LOGGER_HIDE_WELCOME_MESSAGE": "true",
    }
    assert web["ExecStart"].endswith("streamlit run app.py")
    assert worker["ExecStart"].endswith("python -m corvana worker")


def test_several_web_processes_differ_from_one_in_their_port_alone() -> None:
    one, several = (unit(DEPLOY / f"corvana-web{each}.service") for each in ("", "@"))
    assert several["Service"].pop("ExecStart") == (
        f"{one['Service'].pop('ExecStart')} --server.port %i"
    )
    assert several["Service"] == one["Service"]


def test_every_file_that_the_guide_names_exists() -> None:
    named = set(re.findall(r"\b(?:deploy|tests|docs)/[\w./@-]*\w", GUIDE))
    assert {"deploy/nginx.conf", "tests/intruder/test_behind_nginx.py"} <= named
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_every_test_that_shows_a_point_of_security_exists() -> None:
    named = set(re.findall(r"`(tests/[^`]+)`", SECURITY))
    assert len(named) > 20
    assert [name for name in sorted(named) if not (ROOT / name).is_file()] == []


def test_every_point_of_security_names_the_test_that_shows_it() -> None:
    tables = SECURITY.split("| shown by |")[1:]
    rows = [row for table in tables for row in table.split("\n\n")[0].splitlines()[2:]]
    assert len(rows) > 30
    assert [row for row in rows if not re.search(r"`tests/[^`]+` \|$", row)] == []


def test_the_two_ways_back_differ_so_that_answers_cannot_be_mixed_up() -> None:
    assert len({str(FROM_SIGN_IN), str(FROM_PAGERDUTY)}) == 2
    assert Settings(base_url="https://a.example").redirect_uri == (
        f"https://a.example{FROM_PAGERDUTY}"
    )


def test_every_setting_that_the_guide_names_exists() -> None:
    known = {str(field.validation_alias) for field in Settings.model_fields.values()}
    named = set(re.findall(r"\b(?:CORVANA|PAGERDUTY)_[A-Z_]+\b", GUIDE))
    assert len(named) > 8
    of_compose = set(re.findall(r"\$\{(\w+)", (ROOT / "compose.yaml").read_text()))
    sources = "".join(path.read_text() for path in (ROOT / "corvana").rglob("*.py"))
    of_commands = set(re.findall(r'envvar="(\w+)"', sources))
    assert named <= known | of_compose | of_commands


def test_the_redirect_urls_to_register_are_those_of_the_routes() -> None:
    assert f"`https://corvana.example.com{FROM_SIGN_IN}`" in GUIDE
    assert f"`https://corvana.example.com{FROM_PAGERDUTY}`" in GUIDE
