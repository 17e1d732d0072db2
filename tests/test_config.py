from typing import Any

import pytest
from cryptography.fernet import Fernet
from pydantic import ValidationError

from corvana.config import EU_AUDIENCE, US_AUDIENCE, Settings
from corvana.snapshot_folder import ObjectStore


@pytest.fixture(autouse=True)
def nothing_configured(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for name in ("PAGERDUTY_CLIENT_ID", "PAGERDUTY_CLIENT_SECRET", "PAGERDUTY_IDENTITY_URL",
                 "PAGERDUTY_API_URL", "PAGERDUTY_EU_API_URL", "CORVANA_SANDBOX_PORT",
                 "CORVANA_DATABASE_URL", "CORVANA_SECRET_KEY", "CORVANA_KEYS_DIR"):  # fmt: skip
        monkeypatch.delenv(name, raising=False)


def test_without_a_client_id_only_the_simulated_account_is_reached():
    settings = Settings(sandbox_port=9001)
    assert settings.uses_sandbox
    assert settings.identity_url == "http://127.0.0.1:9001"
    assert settings.api_urls == {
        US_AUDIENCE: "http://127.0.0.1:9001/us",
        EU_AUDIENCE: "http://127.0.0.1:9001/eu",
    }


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        ({"base_url": "https://c.example"}, "https://c.example/simulated"),
        ({"base_url": "http://localhost:8600", "sandbox_port": 9001}, "http://127.0.0.1:9001"),
        (
            {"base_url": "https://c.example", "client_id_setting": "a"},
            "https://identity.pagerduty.com",
        ),
    ],
)
def test_browsers_are_sent_to_a_consent_page_that_they_reach(settings, address):
    assert Settings(**settings).consent_url == address


def test_with_a_client_id_pagerduty_itself_is_reached(monkeypatch):
    monkeypatch.setenv("PAGERDUTY_CLIENT_ID", "abc")
    settings = Settings()
    assert settings.identity_url == "https://identity.pagerduty.com"
    assert settings.api_urls == {US_AUDIENCE: US_AUDIENCE, EU_AUDIENCE: EU_AUDIENCE}


@pytest.mark.parametrize(
    "url",
    [
        "http://pagerduty.example",
        "ftp://localhost",
        "https://user:password@api.example",
        "https://api.example/?next=https://evil.example",
        "not a url",
    ],
)
def test_a_host_is_bare_https_or_loopback_http(monkeypatch, url):
    monkeypatch.setenv("PAGERDUTY_API_URL", url)
    with pytest.raises(ValidationError):
        Settings()


def test_a_malformed_setting_is_named_and_its_value_never_shown(monkeypatch):
    monkeypatch.setenv("CORVANA_BASE_URL", "http://secret-host.example")
    with pytest.raises(ValidationError) as refused:
        Settings()
    assert "CORVANA_BASE_URL" in str(refused.value)
    assert "secret-host" not in str(refused.value)


@pytest.mark.parametrize("key", ["too short", "ä" * 44, "A" * 43, "A" * 60, ""])
def test_a_malformed_secret_key_is_named_and_never_shown(monkeypatch, key):
    monkeypatch.setenv("CORVANA_SECRET_KEY", key)
    with pytest.raises(ValidationError) as refused:
        Settings()
    assert "CORVANA_SECRET_KEY" in str(refused.value)
    assert not key or key not in str(refused.value)


def test_a_key_of_32_bytes_is_taken(monkeypatch):
    monkeypatch.setenv("CORVANA_SECRET_KEY", Fernet.generate_key().decode())
    assert Settings().secret_key is not None


def test_keys_that_were_replaced_are_named_with_commas_between_them(monkeypatch):
    keys = [Fernet.generate_key().decode() for _ in range(2)]
    monkeypatch.setenv("CORVANA_OTHER_SECRET_KEYS", ", ".join(keys))
    assert [key.get_secret_value() for key in Settings().other_secret_keys] == keys
    monkeypatch.setenv("CORVANA_OTHER_SECRET_KEYS", "")
    assert Settings().other_secret_keys == ()


def test_a_malformed_key_that_was_replaced_is_named_and_never_shown(monkeypatch):
    monkeypatch.setenv("CORVANA_OTHER_SECRET_KEYS", "too-short")
    with pytest.raises(ValidationError) as refused:
        Settings()
    assert "CORVANA_OTHER_SECRET_KEYS" in str(refused.value)
    assert "too-short" not in str(refused.value)


def test_the_environment_wins_over_the_secrets_file(monkeypatch, tmp_path):
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "secrets.toml").write_text(
        'PAGERDUTY_CLIENT_ID = "from-file"\nCORVANA_BACKFILL_DAYS = 30\n'
    )
    assert Settings().client_id == "from-file"
    assert Settings().backfill_days == 30
    monkeypatch.setenv("PAGERDUTY_CLIENT_ID", "from-environment")
    assert Settings().client_id == "from-environment"


def test_secrets_are_not_printed():
    settings = Settings(client_id_setting="abc", client_secret_setting="s3cret")
    assert "s3cret" not in repr(settings)


SHARED: dict[str, Any] = {
    "database_url_setting": "postgresql://corvana@database/corvana",
    "secret_key": Fernet.generate_key().decode(),
    "keys_dir_setting": "/keys",
}


@pytest.mark.parametrize(
    "url",
    [
        "s3://bucket",
        "s3://bucket/a/prefix?region=eu-central-1",
        "s3://bucket/?endpoint_override=minio.example:9000",
        "s3://bucket?endpoint_override=127.0.0.1:9000&scheme=http",
        "gs://bucket/prefix",
    ],
)
def test_an_object_store_is_named_by_its_address(url):
    settings = Settings(snapshot_url=url, snapshot_cache_mb=3, **SHARED)
    assert settings.versions == ObjectStore(url.replace("/?", "?"), settings.copies_dir, 3 * 2**20)


@pytest.mark.parametrize(
    "url",
    [
        "bucket-of-ours",
        "/var/lib/snapshots",
        "https://bucket.example/prefix",
        "s3:///prefix",
        "s3://UPPER/prefix",
        "s3://key:secret@bucket/prefix",
        "s3://bucket?access_key=key",
        "s3://bucket?endpoint_override=store.example:9000&scheme=http",
        "s3://bucket?scheme=ftp",
    ],
)
def test_another_address_is_refused_and_not_quoted(url):
    with pytest.raises(ValidationError, match="CORVANA_SNAPSHOT_URL") as refused:
        Settings(CORVANA_SNAPSHOT_URL=url, **SHARED)
    assert url not in str(refused.value)


@pytest.mark.parametrize("lacking", SHARED)
def test_an_object_store_needs_all_else_that_nodes_share(lacking):
    names = {
        "database_url_setting": "CORVANA_DATABASE_URL",
        "secret_key": "CORVANA_SECRET_KEY",
        "keys_dir_setting": "CORVANA_KEYS_DIR",
    }
    rest = {name: value for name, value in SHARED.items() if name != lacking}
    with pytest.raises(ValidationError, match=f"set {names[lacking]} "):
        Settings(snapshot_url="s3://bucket", **rest)


def test_without_an_object_store_everything_lies_in_the_data_folder(tmp_path):
    settings = Settings(data_dir=tmp_path)
    assert settings.versions == tmp_path / "snapshots"
    assert settings.every_folder == (settings.versions,)
    assert settings.wishes_dir == tmp_path
