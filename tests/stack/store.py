"""The object store: moto's S3 server. Its objects are in memory, so they are kept when it stops."""

import json
import sys
from pathlib import Path
from typing import Final

from tests.builders.object_store.server import CREDENTIALS, S3Server, TestBucket
from tests.stack.links import Link, Links
from tests.stack.parts import Ground, Part, listens
from tests.stack.programs import MARK, NotStarted, Program

BUCKET: Final = "corvana-stack"
PREFIX: Final = "production"
_NAMES: Final = "names.json"


class Store(Part):
    """The server, and the links that nodes reach it through.

    It writes its objects to a folder when it is stopped, and reads them when it is started. When it
    is killed they are lost, as with a disk that breaks.
    """

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self.port = ground.place.port("store")
        self.link = Links()
        self._kept = ground.place.below("store")
        self.program = Program(
            name="The object store",
            command=[
                Path(sys.executable).with_name("moto_server"),
                *("--host", "127.0.0.1", "--port", str(self.port)),
            ],
            home=ground.place.folder,
            log=ground.place.log("store"),
            environment={MARK: str(ground.place.folder), **CREDENTIALS},
            answers=lambda: listens(self.port),
        )

    @property
    def bucket(self) -> TestBucket:
        """Its bucket, seen past Corvana. Raises `NotStarted`."""
        if self.program.process is None:
            raise NotStarted(f"{self.name} was not started yet")
        return TestBucket(S3Server(self.port, self.program.process, self.log), BUCKET)

    def wait_until_ready(self) -> None:
        """Wait until it answers, and give it the objects that it had when it was stopped."""
        super().wait_until_ready()
        self.bucket.server.client.create_bucket(Bucket=BUCKET)
        names = self._kept / _NAMES
        if names.exists():
            for number, key in enumerate(json.loads(names.read_text())):
                self.bucket.replace(key, (self._kept / str(number)).read_bytes())

    def stop(self) -> None:
        """Keep its objects in the folder, and end it."""
        if self.is_running:
            self.resume()
            keys = self.bucket.objects()
            for number, key in enumerate(keys):
                (self._kept / str(number)).write_bytes(self.bucket.bytes_of(key))
            (self._kept / _NAMES).write_text(json.dumps(keys))
        super().stop()

    def linked(self) -> Link:
        """A link of its own to the server, for a node."""
        link = self._ground.network.link(self.port)
        self.link.each.append(link)
        return link

    def address(self, link: Link) -> str:
        """Its address through the link, as a setting of Corvana."""
        place = f"region=us-east-1&scheme=http&endpoint_override=127.0.0.1:{link.port}"
        return f"s3://{BUCKET}/{PREFIX}?{place}"
