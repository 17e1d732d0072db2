"""The image and the composition: no root, nothing writable but data, no secrets, fixed versions."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSITION: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSITION["services"]
every_service = pytest.mark.parametrize("name", sorted(SERVICES))


def test_the_image_has_a_fixed_base_and_installs_what_has_hashes() -> None:
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, flags=re.M)
    assert bases
    assert [base for base in bases if not re.fullmatch(r"python:3\.11\.\d+-slim-\w+", base)] == []
    assert "--require-hashes" in DOCKERFILE


def test_the_image_runs_without_root_and_says_whether_it_can_work() -> None:
    users = re.findall(r"^USER (\S+)", DOCKERFILE, flags=re.M)
    assert users == ["10001"]
    assert "/readyz" in DOCKERFILE.partition("HEALTHCHECK")[2]


def test_only_what_is_listed_reaches_the_image() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    kept = [line.removeprefix("!") for line in lines if line.startswith("!")]
    assert lines[1] == "*"
    copied = set(re.findall(r"^COPY (?!--from)(\S+)", DOCKERFILE, flags=re.M))
    assert copied == set(kept)
    assert [name for name in kept if "secret" in name or name.startswith(".data")] == []


def test_what_is_secret_comes_from_outside() -> None:
    named = {
        (name, str(value))
        for service in SERVICES.values()
        for name, value in (service.get("environment") or {}).items()
        if re.search(r"KEY\b|PASSWORD|SECRET", name) and value is not None
    }
    assert len(named) >= 2
    assert [name for name, value in named if not value.startswith("${")] == []
    assert not re.search(r"^ENV .*(KEY|PASSWORD|SECRET)", DOCKERFILE, flags=re.M)


@every_service
def test_a_service_can_change_nothing_but_its_data(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service


@every_service
def test_a_service_has_a_fixed_version_and_is_watched(name: str) -> None:
    service = SERVICES[name]
    assert service["restart"] == "unless-stopped"
    assert "healthcheck" in service
    if "build" not in service:
        assert re.search(r":\d+\.\d+", service["image"])


def test_only_the_proxy_is_reached_from_outside_and_the_database_reaches_nobody() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert SERVICES["database"]["networks"] == ["inside"]
    assert COMPOSITION["networks"]["inside"]["internal"] is True


def test_the_proxy_is_the_one_that_the_application_trusts() -> None:
    [network] = COMPOSITION["networks"]["outside"]["ipam"]["config"]
    assert SERVICES["proxy"]["networks"] == ["outside"]
    trusted = SERVICES["web"]["environment"]["CORVANA_TRUSTED_PROXIES"]
    assert trusted == f'["{network["subnet"]}"]'


def test_the_proxys_configuration_is_the_example_with_the_names_of_the_network() -> None:
    script = SERVICES["proxy"]["entrypoint"][2].replace("$$", "$")
    change = script.partition(" > ")[0].replace("/deploy/", f"{ROOT}/deploy/")
    written = subprocess.run(
        ["sh", "-c", change],
        env={"CORVANA_HOST": "c.example.org", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    statements = re.sub("#.*", "", written)
    assert "server web:8501;" in statements
    assert "listen 8080;" in statements
    assert "listen 8443 ssl;" in statements
    assert statements.count("server_name c.example.org;") == 2
    assert "return 301 https://c.example.org$request_uri;" in statements
    assert "corvana.example.com" not in statements
    assert "127.0.0.1" not in statements
