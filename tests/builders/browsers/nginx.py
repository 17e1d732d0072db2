"""A real nginx with the configuration that docs/hosting.md shows, and a certificate made for it."""

import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from benchmarks.running_app import ROOT

CONFIGURATION: Final = ROOT / "deploy" / "nginx.conf"
FROM_ELSEWHERE: Final = "198.51.100.7"
"""The address of the browser that nginx tells the application: one that is not this computer's."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """A running nginx. `plain_url` is where it answers without TLS."""

    url: str
    plain_url: str
    certificate: Path

    def trust(self) -> ssl.SSLContext:
        """What a client needs that trusts the certificate."""
        return ssl.create_default_context(cafile=str(self.certificate))


def nginx() -> str | None:
    """Where nginx is; None where it is not installed."""
    return shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")


@contextmanager
def proxied(folder: Path, url: str, plain_port: int, app_url: str) -> Iterator[Proxy]:
    """Start nginx before the application at `app_url`, for browsers that come to `url`."""
    folder.mkdir()
    proxy = Proxy(url, f"http://localhost:{plain_port}", folder / "fullchain.pem")
    _write_certificate(proxy.certificate, folder / "privkey.pem")
    own, app = urlsplit(url), urlsplit(app_url)
    shown = (
        CONFIGURATION.read_text()
        .replace("server 127.0.0.1:8501;", f"server 127.0.0.1:{app.port};")
        .replace("listen 80;", f"listen 127.0.0.1:{plain_port};")
        .replace("listen 443 ssl;", f"listen 127.0.0.1:{own.port} ssl;")
        .replace("return 301 https://corvana.example.com$", f"return 301 {url}$")
        .replace("corvana.example.com", str(own.hostname))
        .replace("/etc/ssl/corvana", str(folder))
        .replace("$remote_addr;", f"{FROM_ELSEWHERE};")
    )
    temporary = "".join(
        f"{kind}_temp_path {folder / kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    configuration = folder / "nginx.conf"
    configuration.write_text(
        f"daemon off;\npid {folder / 'nginx.pid'};\nworker_processes 1;\n"
        f"events {{}}\nhttp {{\naccess_log off;\n{temporary}{shown}}}\n"
    )
    log = folder / "error.log"
    command = [nginx() or "nginx", "-p", str(folder), "-e", str(log), "-c", str(configuration)]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    try:
        _wait_for(folder / "nginx.pid", process, log)
        yield proxy
    finally:
        process.terminate()
        process.wait(timeout=10)


def _wait_for(pid_file: Path, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 20
    while not pid_file.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"nginx did not start. It said:\n{log.read_text()}")
        time.sleep(0.05)


def _write_certificate(certificate: Path, key: Path) -> None:
    own_key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(own_key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(own_key, hashes.SHA256())
    )
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key.write_bytes(
        own_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
