"""Where data versions lie: in a folder that every process sees, or in an object store.

Everything that reads or writes data versions gets a `Folder` and does not look at which of both it
is (`corvana.versions.kept`).
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, urlsplit

_S3: Final = "s3"
_UNTESTED: Final = ("gs", "gcs", "abfs", "abfss")
"""Schemes that pyarrow knows, too. They may work; no test runs against such a store."""
_OPTIONS: Final = ("endpoint_override", "region", "scheme")
_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True, slots=True)
class ObjectStore:
    """An object store that all nodes share, and the folder of this node's copies.

    `url` is an address such as `s3://bucket/prefix?region=eu-central-1`. The copies together take
    at most `most_bytes`.
    """

    url: str
    copies: Path
    most_bytes: int


Folder = Path | ObjectStore
"""The folder of data versions, or what stands for it."""


def checked(url: str) -> str:
    """Return the address of an object store without a slash at its end.

    Raises `ValueError`, which says what is wrong and does not quote the address.
    """
    parts = urlsplit(url)
    if parts.scheme not in {_S3, *_UNTESTED}:
        raise ValueError("must be an address such as s3://bucket/prefix?region=eu-central-1")
    if parts.username or parts.password:
        raise ValueError("must hold no credentials; give them as AWS_ACCESS_KEY_ID and so on")
    if parts.scheme == _S3:
        _check_s3(parts.netloc, dict(parse_qsl(parts.query, keep_blank_values=True)))
    address, question, options = url.partition("?")
    return f"{address.rstrip('/')}{question}{options}"


def _check_s3(bucket: str, options: dict[str, str]) -> None:
    if _BUCKET.fullmatch(bucket) is None:
        raise ValueError("must name a bucket: s3://bucket/prefix")
    unknown = sorted(set(options) - set(_OPTIONS))
    if unknown:
        raise ValueError(f"knows {', '.join(_OPTIONS)} after the question mark, and nothing else")
    host = options.get("endpoint_override", "").rpartition(":")[0]
    match options.get("scheme", "https"):
        case "https":
            return
        case "http" if host in _LOOPBACK:
            return
        case _:
            raise ValueError("must use https, unless the store listens on this computer")
