"""A real nginx with the configuration that docs/hosting.md shows, and a certificate made for it."""

import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from benchmarks.running_app import ROOT
from tests.builders.browsers.certificates import Certificate, certificate

CONFIGURATION: Final = ROOT / "deploy" / "nginx.conf"
FROM_ELSEWHERE: Final = "198.51.100.7"
"""The address of the browser that nginx tells the application: one that is not this computer's."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """A running nginx. `plain_url` is where it answers without TLS."""

    url: str
    plain_url: str
    certificate: Certificate

    def trust(self) -> ssl.SSLContext:
        """What a client needs that trusts the certificate."""
        return self.certificate.trust()


def nginx() -> str | None:
    """Where nginx is; None where it is not installed."""
    return shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")


@contextmanager
def proxied(folder: Path, url: str, plain_port: int, app_url: str) -> Iterator[Proxy]:
    """Start nginx before the application at `app_url`, for browsers that come to `url`."""
    folder.mkdir()
    proxy = Proxy(url, f"http://localhost:{plain_port}", certificate(folder))
    servers = [f"127.0.0.1:{urlsplit(app_url).port}"]
    configuration = configure(folder, proxy, servers, browser=FROM_ELSEWHERE)
    log = folder / "error.log"
    process = subprocess.Popen(command(folder, configuration), stdin=subprocess.DEVNULL)
    try:
        _wait_for(folder / "nginx.pid", process, log)
        yield proxy
    finally:
        process.terminate()
        process.wait(timeout=10)


def configure(
    folder: Path, proxy: Proxy, servers: Sequence[str], browser: str = "$remote_addr"
) -> Path:
    """Write `deploy/nginx.conf` as this proxy needs it, before the web processes at `servers`.

    `browser` is what nginx tells them of where a browser is.
    """
    own, plain = urlsplit(proxy.url), urlsplit(proxy.plain_url)
    shown = CONFIGURATION.read_text()
    for example, ours in (
        ("server 127.0.0.1:8501;", "\n    ".join(f"server {each};" for each in servers)),
        ("listen 80;", f"listen 127.0.0.1:{plain.port};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{own.port} ssl;"),
        ("return 301 https://corvana.example.com$", f"return 301 {proxy.url}$"),
        ("corvana.example.com", str(own.hostname)),
        ("/etc/ssl/corvana/fullchain.pem", str(proxy.certificate.chain)),
        ("/etc/ssl/corvana/privkey.pem", str(proxy.certificate.key)),
        ("$remote_addr;", f"{browser};"),
    ):
        assert example in shown, f"deploy/nginx.conf has no {example}"
        shown = shown.replace(example, ours)
    temporary = "".join(
        f"{kind}_temp_path {folder / kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    configuration = folder / "nginx.conf"
    configuration.write_text(
        f"daemon off;\npid {folder / 'nginx.pid'};\nworker_processes 1;\n"
        f"events {{}}\nhttp {{\naccess_log off;\n{temporary}{shown}}}\n"
    )
    return configuration


def command(folder: Path, configuration: Path) -> list[str]:
    """What starts nginx with this configuration."""
    errors = folder / "error.log"
    return [nginx() or "nginx", "-p", str(folder), "-e", str(errors), "-c", str(configuration)]


def _wait_for(pid_file: Path, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 20
    while not pid_file.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"nginx did not start. It said:\n{log.read_text()}")
        time.sleep(0.05)
