"""Check what `make run` needs, then start the application: `python -m corvana.start`.

What is wrong is told in one sentence with the setting to change. Without it a taken port, a
malformed file or a wrong address shows later, and elsewhere.
"""

import os
import sys
import tomllib
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pydantic import ValidationError

from corvana.config import Settings, load_settings
from corvana.errors import ConfigError, CorvanaError
from corvana.ports import require_free
from corvana.setting_kinds import LOOPBACK_HOSTS

ROOT: Final = Path(__file__).resolve().parents[1]
PORT: Final = "STREAMLIT_SERVER_PORT"


def main() -> None:
    """Refuse in one sentence, or become Streamlit."""
    try:
        settings = load_settings()
        port = chosen_port()
        check_ports(settings, port)
    except CorvanaError as error:
        sys.exit(str(error))
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False)
        sys.exit("\n".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in faults))
    for sentence in (*warnings(settings, port), f"Corvana opens on {settings.base_url}"):
        sys.stderr.write(f"{sentence}\n")
    os.execv(  # noqa: S606 - our own interpreter, no shell
        sys.executable, [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py")]
    )


def chosen_port() -> int:
    """Return the port that Streamlit will take: from the environment, else from its own file.

    Raises
    ------
    ConfigError
        It is not a number.
    """
    file = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    wanted = os.environ.get(PORT, file["server"]["port"])
    try:
        return int(wanted)
    except ValueError:
        raise ConfigError(f"{PORT} must be the number of a port.") from None


def check_ports(settings: Settings, port: int) -> None:
    """Refuse a port on which another program listens.

    Raises
    ------
    ConfigError
        A port is taken; the message names the settings to change.
    """
    another = port + 1
    require_free(
        port,
        f"{PORT} and CORVANA_BASE_URL: "
        f"{PORT}={another} CORVANA_BASE_URL=http://localhost:{another} make run",
    )
    if settings.uses_sandbox:
        another = settings.sandbox_port + 1
        require_free(
            settings.sandbox_port,
            f"CORVANA_SANDBOX_PORT: CORVANA_SANDBOX_PORT={another} make run",
        )


def warnings(settings: Settings, port: int) -> list[str]:
    """Return a sentence when PagerDuty would send browsers to another port of this computer.

    Behind a proxy the two differ on purpose, and the base URL does not name this computer.
    """
    parts = urlsplit(settings.base_url)
    told = parts.port or (443 if parts.scheme == "https" else 80)
    if parts.hostname not in LOOPBACK_HOSTS or told == port:
        return []
    sentence = (
        f"Warning: the application listens on port {port}, but CORVANA_BASE_URL is "
        f"{settings.base_url}, so browsers come back from PagerDuty to port {told}. "
        f"Set CORVANA_BASE_URL=http://localhost:{port}."
    )
    return [sentence]


if __name__ == "__main__":
    main()
