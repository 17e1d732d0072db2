"""nginx with TLS, as `deploy/nginx.conf` shows it."""

import os
import signal
from collections.abc import Collection, Sequence
from pathlib import Path

from benchmarks.resident import descendants
from tests.builders.browsers import nginx
from tests.stack.parts import Ground, Part, listens
from tests.stack.programs import MARK, Missing, Program, wait_until


class Proxy(Part):
    """The proxy. A browser comes to `url`."""

    def __init__(self, ground: Ground, web_ports: Sequence[int]) -> None:
        if nginx.nginx() is None:
            raise Missing("nginx is not installed: make nginx")
        self._folder = ground.place.below("nginx")
        self._ports = web_ports
        port = ground.place.port("https")
        self.address = nginx.Proxy(
            f"https://localhost:{port}",
            f"http://localhost:{ground.place.port('http')}",
            ground.certificate,
        )
        self.url = self.address.url
        configuration = self._configured(range(len(web_ports)))
        self.program = Program(
            name="nginx",
            command=nginx.command(self._folder, configuration),
            home=self._folder,
            log=ground.place.log("nginx"),
            environment={MARK: str(ground.place.folder)},
            answers=lambda: listens(port),
        )

    def lead_to(self, *web: int) -> None:
        """Lead browsers to these web processes only, from the next connection on."""
        before = set(descendants(self.pid))
        self._configured(web)
        os.kill(self.pid, signal.SIGHUP)
        wait_until(
            lambda: bool(set(descendants(self.pid)) - before), 10, "nginx read its configuration"
        )

    def _configured(self, web: Collection[int]) -> Path:
        servers = [
            f"127.0.0.1:{port}" + ("" if number in web else " down")
            for number, port in enumerate(self._ports)
        ]
        return nginx.configure(self._folder, self.address, servers)
