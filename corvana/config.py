"""Settings: the environment first, then `.streamlit/secrets.toml`; validated and frozen."""

import re
import sys
import tomllib
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from corvana.errors import ConfigError
from corvana.setting_kinds import (
    LOOPBACK_HOSTS,
    FernetKey,
    FernetKeys,
    Network,
    SafeUrl,
    SnapshotUrl,
)
from corvana.snapshot_folder import Folder, ObjectStore

SECRETS_FILE = Path(".streamlit/secrets.toml")
SANDBOX_CLIENT_ID = "corvana-sandbox"
SANDBOX_CLIENT_SECRET = "corvana-sandbox-secret"  # noqa: S105 - the simulated account's, public by design

SIMULATED = "/simulated"
"""Path below which the simulated account's consent page is shown under the own address."""

US_AUDIENCE = "https://api.pagerduty.com"
EU_AUDIENCE = "https://api.eu.pagerduty.com"


class Settings(BaseSettings):
    """All settings. README.md lists each setting with its default."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="ignore",
        toml_file=SECRETS_FILE,
        hide_input_in_errors=True,
        populate_by_name=True,
    )

    data_dir: Path = Field(default=Path(".data"), validation_alias="CORVANA_DATA_DIR")
    keys_dir_setting: Path | None = Field(default=None, validation_alias="CORVANA_KEYS_DIR")
    database_url_setting: str | None = Field(default=None, validation_alias="CORVANA_DATABASE_URL")
    database_connections: int = Field(
        default=15, ge=2, validation_alias="CORVANA_DATABASE_CONNECTIONS"
    )
    database_wait_seconds: float = Field(
        default=30, gt=0, validation_alias="CORVANA_DATABASE_WAIT_SECONDS"
    )
    snapshot_url: SnapshotUrl | None = Field(default=None, validation_alias="CORVANA_SNAPSHOT_URL")
    snapshot_cache_mb: int = Field(default=4096, ge=1, validation_alias="CORVANA_SNAPSHOT_CACHE_MB")
    secret_key: FernetKey | None = Field(default=None, validation_alias="CORVANA_SECRET_KEY")
    other_secret_keys: FernetKeys = Field(default=(), validation_alias="CORVANA_OTHER_SECRET_KEYS")
    base_url: SafeUrl = Field(default="http://localhost:8501", validation_alias="CORVANA_BASE_URL")
    client_id_setting: str | None = Field(default=None, validation_alias="PAGERDUTY_CLIENT_ID")
    client_secret_setting: SecretStr | None = Field(
        default=None, validation_alias="PAGERDUTY_CLIENT_SECRET"
    )
    identity_url_setting: SafeUrl | None = Field(
        default=None, validation_alias="PAGERDUTY_IDENTITY_URL"
    )
    api_url_setting: SafeUrl | None = Field(default=None, validation_alias="PAGERDUTY_API_URL")
    eu_api_url_setting: SafeUrl | None = Field(
        default=None, validation_alias="PAGERDUTY_EU_API_URL"
    )
    sandbox_port: int = Field(default=8650, ge=1, le=65535, validation_alias="CORVANA_SANDBOX_PORT")
    backfill_days: int = Field(default=90, ge=1, le=1095, validation_alias="CORVANA_BACKFILL_DAYS")
    requests_per_minute: int = Field(
        default=960, ge=1, le=100_000, validation_alias="CORVANA_REQUESTS_PER_MINUTE"
    )
    concurrency: int = Field(default=8, ge=1, le=32, validation_alias="CORVANA_CONCURRENCY")
    collect_every_minutes: int = Field(
        default=15, ge=5, le=1440, validation_alias="CORVANA_COLLECT_EVERY_MINUTES"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", validation_alias="CORVANA_LOG_LEVEL"
    )
    log_format_setting: Literal["text", "json"] | None = Field(
        default=None, validation_alias="CORVANA_LOG_FORMAT"
    )
    metrics_port: int | None = Field(
        default=None, ge=1, le=65535, validation_alias="CORVANA_METRICS_PORT"
    )
    metrics_host: str = Field(default="127.0.0.1", validation_alias="CORVANA_METRICS_HOST")
    metrics_readers: tuple[Network, ...] = Field(
        default=("127.0.0.0/8", "::1/128"), validation_alias="CORVANA_METRICS_READERS"
    )
    start_worker: bool = Field(default=True, validation_alias="CORVANA_START_WORKER")
    session_hours: float = Field(default=8.0, gt=0, le=72, validation_alias="CORVANA_SESSION_HOURS")
    session_idle_minutes: float = Field(
        default=60.0, gt=0, le=1440, validation_alias="CORVANA_SESSION_IDLE_MINUTES"
    )
    trusted_proxies: tuple[Network, ...] = Field(
        default=("127.0.0.0/8", "::1/128"), validation_alias="CORVANA_TRUSTED_PROXIES"
    )
    replace_after_seconds: float = Field(
        default=480.0, ge=1, le=540, validation_alias="CORVANA_REPLACE_AFTER_SECONDS"
    )
    groups_claim: str = Field(default="groups", validation_alias="CORVANA_GROUPS_CLAIM")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the base class's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def is_https(self) -> bool:
        """Whether browsers reach this application by https."""
        return self.base_url.startswith("https://")

    @property
    def is_hosted(self) -> bool:
        """Whether browsers reach this application under an address of other computers, too."""
        return urlsplit(self.base_url).hostname not in LOOPBACK_HOSTS

    @property
    def log_format(self) -> Literal["text", "json"]:
        """The format of log lines: as set, else for people on a terminal and on this computer."""
        for_programs = self.is_hosted and not sys.stderr.isatty()
        return self.log_format_setting or ("json" if for_programs else "text")

    @property
    def session_lifetime(self) -> timedelta:
        """A session of a signed-in person ends after this time at the latest."""
        return timedelta(hours=self.session_hours)

    @property
    def session_idle(self) -> timedelta:
        """A session ends when nobody has used it for this time."""
        return timedelta(minutes=self.session_idle_minutes)

    @property
    def uses_sandbox(self) -> bool:
        """Whether no client id is set. Then only the simulated account can be connected."""
        return self.client_id_setting is None

    @property
    def client_id(self) -> str:
        return self.client_id_setting or SANDBOX_CLIENT_ID

    @property
    def client_secret(self) -> SecretStr:
        if self.uses_sandbox:
            return SecretStr(SANDBOX_CLIENT_SECRET)
        return self.client_secret_setting or SecretStr("")

    @property
    def sandbox_url(self) -> str:
        return f"http://127.0.0.1:{self.sandbox_port}"

    @property
    def identity_url(self) -> str:
        fallback = self.sandbox_url if self.uses_sandbox else "https://identity.pagerduty.com"
        return self.identity_url_setting or fallback

    @property
    def shows_simulated_consent(self) -> bool:
        """Whether the simulated account's consent page is shown under the own address.

        The simulated account listens on loopback, which browsers elsewhere do not reach.
        """
        return self.uses_sandbox and self.is_https

    @property
    def consent_url(self) -> str:
        """Where browsers reach the identity server."""
        return f"{self.base_url}{SIMULATED}" if self.shows_simulated_consent else self.identity_url

    @property
    def redirect_uri(self) -> str:
        return f"{self.base_url}/oauth/pagerduty/callback"

    @cached_property
    def api_urls(self) -> dict[str, str]:
        """The two accepted audiences of an id_token → the API URL that serves each."""
        us = f"{self.sandbox_url}/us" if self.uses_sandbox else US_AUDIENCE
        eu = f"{self.sandbox_url}/eu" if self.uses_sandbox else EU_AUDIENCE
        return {
            US_AUDIENCE: self.api_url_setting or us,
            EU_AUDIENCE: self.eu_api_url_setting or eu,
        }

    @property
    def database_url(self) -> str:
        return self.database_url_setting or f"sqlite:///{self.data_dir.resolve()}/corvana.db"

    @property
    def keys_dir(self) -> Path:
        """The folder of the connections' keys. Hosted, no backup of the database may contain it."""
        return self.keys_dir_setting or self.data_dir / "keys"

    @property
    def versions(self) -> Folder:
        """Where data versions lie: in a folder below the data folder, or in an object store."""
        if self.snapshot_url is None:
            return self.versions_dir
        return ObjectStore(self.snapshot_url, self.copies_dir, self.snapshot_cache_mb * 1024**2)

    @property
    def every_folder(self) -> tuple[Folder, ...]:
        """`versions`, and with an object store also the folder that was used before it: what lies
        there is deleted with its connection, too."""
        if self.snapshot_url is None:
            return (self.versions_dir,)
        return (self.versions, self.versions_dir)

    @property
    def versions_dir(self) -> Path:
        """The folder of data versions. With an object store, what lay there before it was used."""
        return self.data_dir / "snapshots"

    @property
    def copies_dir(self) -> Path:
        """The folder of this node's copies of what lies in the object store."""
        return self.data_dir / "snapshot-copies"

    @property
    def wishes_dir(self) -> Path:
        """The folder that wishes to disconnect are kept below. Every node has to see it: with an
        object store, the folder of keys is all that nodes share."""
        return self.data_dir if self.snapshot_url is None else self.keys_dir

    @model_validator(mode="after")
    def _shares_what_nodes_share(self) -> Self:
        """An object store is for nodes without a disk in common: each would make a database, a key
        and a folder of keys of its own."""
        if self.snapshot_url is None:
            return self
        lacking = [
            name
            for name, is_set in (
                ("CORVANA_DATABASE_URL", self.database_url.startswith("postgres")),
                ("CORVANA_SECRET_KEY", self.secret_key is not None),
                ("CORVANA_KEYS_DIR", self.keys_dir_setting is not None),
            )
            if not is_set
        ]
        if lacking:
            raise ValueError(
                f"CORVANA_SNAPSHOT_URL needs what all nodes share: set {', '.join(lacking)} "
                "(the database has to be PostgreSQL)"
            )
        return self


def load_settings() -> Settings:
    """Read the settings.

    Raises
    ------
    pydantic.ValidationError
        A setting is malformed; the message names the setting and never shows its value.
    ConfigError
        The secrets file is malformed; the message names the file and the line, and shows neither.
    """
    try:
        return Settings()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        line = re.search(r"at line \d+", str(error))
        where = line[0] if line else "at its end"
        if isinstance(error, UnicodeDecodeError):
            where = "because it is not text in UTF-8"
        raise ConfigError(
            f"The file {SECRETS_FILE} cannot be read {where}. Write each setting there as "
            f'NAME = "value"; {SECRETS_FILE}.example shows how.'
        ) from None
