"""A real S3 server process for the tests: moto's, on a free port. Its objects are in memory.

boto3 comes with moto. Here it asks what pyarrow cannot: for multipart uploads and old versions.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError

CREDENTIALS: Mapping[str, str] = {
    "AWS_ACCESS_KEY_ID": "of-a-test",
    "AWS_SECRET_ACCESS_KEY": "of-a-test-as-well",
    "AWS_EC2_METADATA_DISABLED": "true",
}
_REGION = "us-east-1"
_STARTS_WITHIN = 60.0


@dataclass(frozen=True, slots=True)
class S3Server:
    """A running server; its log has a line for each request."""

    port: int
    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def client(self) -> Any:
        return boto3.client(
            "s3",
            endpoint_url=f"http://127.0.0.1:{self.port}",
            region_name=_REGION,
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
            config=Config(connect_timeout=2, read_timeout=10, retries={"max_attempts": 1}),
        )

    def new_bucket(self) -> "TestBucket":
        """A bucket of its own."""
        bucket = TestBucket(self, f"corvana-{uuid4().hex}")
        self.client.create_bucket(Bucket=bucket.name)
        return bucket

    @contextmanager
    def stalling(self) -> Iterator[None]:
        """The server takes connections and answers nothing."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)


@dataclass(frozen=True, slots=True)
class TestBucket:
    """A bucket of the server, seen past Corvana."""

    __test__ = False

    server: S3Server
    name: str

    @property
    def url(self) -> str:
        """Its address as a setting of Corvana, with a prefix."""
        place = f"endpoint_override=127.0.0.1:{self.server.port}&scheme=http&region={_REGION}"
        return f"s3://{self.name}/corvana?{place}"

    def objects(self) -> list[str]:
        """The keys of all objects, without those that only name a folder."""
        pages = self.server.client.get_paginator("list_objects_v2").paginate(Bucket=self.name)
        every = [one["Key"] for page in pages for one in page.get("Contents", [])]
        return [key for key in every if not key.endswith("/")]

    def folders(self) -> list[str]:
        """The keys of the objects that only name a folder."""
        found = self.server.client.list_objects_v2(Bucket=self.name).get("Contents", [])
        return [one["Key"] for one in found if one["Key"].endswith("/")]

    def uploads(self) -> list[str]:
        """The keys of multipart uploads that were begun and not ended."""
        found = self.server.client.list_multipart_uploads(Bucket=self.name)
        return [one["Key"] for one in found.get("Uploads", [])]

    def bytes_of(self, key: str) -> bytes:
        content: bytes = self.server.client.get_object(Bucket=self.name, Key=key)["Body"].read()
        return content

    def replace(self, key: str, content: bytes) -> None:
        self.server.client.put_object(Bucket=self.name, Key=key, Body=content)

    def delete(self, key: str) -> None:
        self.server.client.delete_object(Bucket=self.name, Key=key)


@contextmanager
def running(folder: Path) -> Iterator[S3Server]:
    """A server on a free port, ended afterwards."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = folder / "s3.log"
    program = Path(sys.executable).with_name("moto_server")
    assert shutil.which(program), "moto comes with requirements-dev.txt"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [program, "--host", "127.0.0.1", "--port", str(port)],
            stdout=output,
            stderr=output,
            env={**os.environ, **CREDENTIALS},
        )
    server = S3Server(port, process, log)
    try:
        _wait_until_it_answers(server)
        yield server
    finally:
        process.kill()
        process.wait()


def _wait_until_it_answers(server: S3Server) -> None:
    deadline = time.monotonic() + _STARTS_WITHIN
    while True:
        try:
            server.client.list_buckets()
        except BotoCoreError:
            assert server.process.poll() is None, server.log.read_text()
            assert time.monotonic() < deadline, "the S3 server does not answer"
            time.sleep(0.1)
        else:
            return
