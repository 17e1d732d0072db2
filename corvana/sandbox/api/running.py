"""A running sandbox for tests: real HTTP on a free port, in a thread."""

import socket
from functools import partial
from threading import Thread
from time import monotonic, sleep
from types import TracebackType
from typing import Self

import uvicorn
from starlette.types import Receive, Scope, Send

from corvana.sandbox.api.account import Clock, Play
from corvana.sandbox.api.server import Region, create_app, utc_now
from corvana.sandbox.faults import Faults
from corvana.sandbox.identity.server import Identity
from corvana.sandbox.world.model import World

_START_SECONDS = 10.0


class RunningSandbox:
    """Serves a world while the `with` block runs."""

    def __init__(
        self,
        world: World,
        *,
        clock: Clock = utc_now,
        faults: Faults | None = None,
        requests_per_minute: int = 960,
        region: Region = "us",
        role: str | None = None,
        latency_seconds: float = 0.0,
        allow_fault_control: bool = False,
        redirect_uri: str | None = None,
        play: Play | None = None,
    ) -> None:
        self.world = world
        self.clock = clock
        self._create_app = partial(
            create_app,
            clock=clock,
            requests_per_minute=requests_per_minute,
            region=region,
            role=role,
            latency_seconds=latency_seconds,
            allow_fault_control=allow_fault_control,
            redirect_uri=redirect_uri,
            play=play,
        )
        self.app = self._create_app(world, faults=faults)
        self.faults: Faults = self.app.state.faults
        self.identity: Identity = self.app.state.identity
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.api_url = f"{self.url}/us"
        self.eu_api_url = f"{self.url}/eu"
        config = uvicorn.Config(
            self._serve,
            interface="asgi3",
            log_level="critical",
            access_log=False,
            date_header=False,
            lifespan="off",
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True
        )

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)

    def replace(self, world: World) -> None:
        """Serve another world of the same account from the next request on.

        Tokens stay valid and faults stay set. The rate limit starts again.
        """
        app = self._create_app(world, faults=self.faults)
        app.state.identity.tokens = self.identity.tokens
        self.world, self.app, self.identity = world, app, app.state.identity

    def issue_tokens(
        self, *, role: str = "owner", scope: str = "openid read"
    ) -> tuple[str, str, int]:
        """Return an access token, a refresh token and `expires_in`, without a browser."""
        pair = self.identity.issue(self.identity.grant(role=role, scope=scope))
        return pair.access, pair.refresh, self.faults.access_token_seconds

    def __enter__(self) -> Self:
        self._thread.start()
        deadline = monotonic() + _START_SECONDS
        while not self._server.started:
            if monotonic() > deadline:
                raise TimeoutError("the sandbox did not start")
            sleep(0.01)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=5)
        self._socket.close()
