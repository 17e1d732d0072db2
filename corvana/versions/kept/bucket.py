"""The object store: whole objects by key, through pyarrow's filesystem.

An object is written by one request, never by a multipart upload: pyarrow can neither list nor abort
the parts that a killed process would leave. What is larger than a piece is therefore written in
pieces. Nothing is ever changed: a key is written once, or again with the same content.

A store that does not answer is not asked again for some seconds, so that a page waits for it once
and not for every file. Web processes look after it meanwhile (`Bucket.look`).
"""

import hashlib
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from contextvars import copy_context
from pathlib import Path, PurePosixPath
from typing import Any, Final, NamedTuple, TypeVar
from urllib.parse import parse_qsl, urlsplit

import structlog
from pyarrow import fs

from corvana.errors import SnapshotsAway
from corvana.versions.kept.naming import Check, path, top_of

PIECE: Final = 4 * 1024**2
"""Bytes. pyarrow begins a multipart upload above 5 MB."""

_AT_ONCE: Final = 8
"""Requests at the same time, because each of them mostly waits."""
_CONNECT_SECONDS: Final = 2.0
_ANSWER_SECONDS: Final = 3.0
_ATTEMPTS: Final = 2
_REST_SECONDS: Final = 10.0
"""So long a store that did not answer is not asked again."""
_GONE: Final = re.compile(r"NO_SUCH_KEY|RESOURCE_NOT_FOUND")
_REASON: Final = re.compile(r"AWS Error ([A-Z_]+)")
_log = structlog.get_logger()
_T = TypeVar("_T")
_R = TypeVar("_R")


class Found(NamedTuple):
    """An object: its key, its bytes, and the second at which it was written."""

    key: str
    size: int
    at: float


class Bucket:
    """The objects below an address. Keys are relative to it.

    Every method raises `SnapshotsAway`, and `FileNotFoundError` for an object that is not there.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._opened: tuple[Any, str] | None = None
        self._rests_until = 0.0
        self.is_away = False

    def look(self) -> None:
        """Ask the store whether it is there, and lets this node read, however recently it did not
        answer."""
        self._rests_until = 0.0
        with self._asked() as (files, root):
            if files.get_file_info(top_of(root)).type == fs.FileType.NotFound:
                raise OSError("no such bucket")
            files.get_file_info(root)

    def put(self, key: str, content: bytes) -> None:
        """Write an object, whole or not at all."""
        with self._asked() as (files, root), files.open_output_stream(path(root, key)) as stream:
            stream.write(content)

    def get(self, key: str) -> bytes:
        """Read an object."""
        with self._asked() as (files, root), files.open_input_file(path(root, key)) as stream:
            content: bytes = stream.readall()
            return content

    def put_file(self, key: str, written: Path) -> Check:
        """Write a file of any size in pieces; return its check, which `get_checked` needs."""
        digest = hashlib.sha256()
        with written.open("rb") as file:
            while block := file.read(PIECE):
                digest.update(block)
            size = file.tell()
            check = Check(digest.hexdigest(), size, -(-size // PIECE))
            file.seek(0)
            for piece in pieces(key, check):
                self.put(piece, file.read(PIECE))
        return check

    def put_checked(self, key: str, content: bytes) -> Check:
        """Write content of any size in pieces; return its check."""
        digest = hashlib.sha256(content).hexdigest()
        check = Check(digest, len(content), -(-len(content) // PIECE))
        each = enumerate(pieces(key, check))
        self.at_once(
            lambda one: self.put(one[1], content[one[0] * PIECE : (one[0] + 1) * PIECE]), each
        )
        return check

    def get_checked(self, key: str, check: Check) -> bytes:
        """Read what was written in pieces. Raises `FileNotFoundError` also if it is not what it has
        to be."""
        content = b"".join(self.at_once(self.get, pieces(key, check)))
        if not is_intact(content, check):
            _log.error("an object is damaged", key=key)
            raise FileNotFoundError("an object in the store of data versions is damaged")
        return content

    def has(self, key: str) -> bool:
        """Return whether there is such an object."""
        with self._asked() as (files, root):
            return bool(files.get_file_info(path(root, key)).type == fs.FileType.File)

    def copy(self, key: str, to: str) -> None:
        """Copy an object within the store."""
        with self._asked() as (files, root):
            try:
                files.copy_file(path(root, key), path(root, to))
            except OSError as error:
                if _GONE.search(str(error)):
                    raise FileNotFoundError("no such object") from error
                raise

    def delete(self, keys: Iterable[str]) -> None:
        """Delete objects. One that is gone is no error."""
        self.at_once(self._delete, keys)

    def delete_below(self, folder: str) -> None:
        """Delete every object below a folder, until none is listed there any more."""
        is_left = True  # also for a folder in which nothing is listed: it may be an object itself
        while is_left:
            with suppress(FileNotFoundError), self._asked() as (files, root):
                files.delete_dir(path(root, folder))
            is_left = bool(self._listed(folder, is_recursive=True))

    def listed(self, folder: str) -> list[Found]:
        """Return every object below a folder. Keys are relative to the folder."""
        top = path(self._root(), folder)
        return [
            Found(str(PurePosixPath(one.path).relative_to(top)), one.size, one.mtime_ns / 1e9)
            for one in self._listed(folder, is_recursive=True)
            if one.type == fs.FileType.File
        ]

    def folders(self, folder: str = "") -> set[str]:
        """Return the names of the folders in a folder."""
        found = self._listed(folder, is_recursive=False)
        return {one.base_name for one in found if one.type == fs.FileType.Directory}

    def at_once(self, do: Callable[[_T], _R], each: Iterable[_T]) -> list[_R]:
        """Do something with each, some at the same time; raise the first error."""
        work = list(each)
        if len(work) < 2:
            return [do(one) for one in work]
        with ThreadPoolExecutor(min(_AT_ONCE, len(work))) as pool:
            # Log lines of the threads carry the ids of whoever asks.
            contexts = [copy_context() for _ in work]
            return list(pool.map(lambda one, own: own.run(do, one), work, contexts))

    def _delete(self, key: str) -> None:
        with self._asked() as (files, root):
            try:
                files.delete_file(path(root, key))
            except FileNotFoundError:
                return

    def _listed(self, folder: str, *, is_recursive: bool) -> Sequence[Any]:
        with self._asked() as (files, root):
            below = path(root, folder)
            found: Sequence[Any] = files.get_file_info(
                fs.FileSelector(below, recursive=is_recursive, allow_not_found=True)
            )
            return found

    def _root(self) -> str:
        if self._opened is None:
            self._opened = _open(self._url)
        return self._opened[1]

    @contextmanager
    def _asked(self) -> Iterator[tuple[Any, str]]:
        """The filesystem, and the path of the address in it; errors become ours."""
        if time.monotonic() < self._rests_until:
            raise SnapshotsAway("the store of data versions did not answer just now")
        try:
            root = self._root()
            assert self._opened is not None  # noqa: S101 - for mypy: `_root` opens it
            yield self._opened[0], root
        except FileNotFoundError:
            self.is_away = False
            raise
        except OSError as error:
            self._note_away(error)
            raise SnapshotsAway("the store of data versions cannot be reached") from error
        else:
            self.is_away = False

    def _note_away(self, error: OSError) -> None:
        self._rests_until = time.monotonic() + _REST_SECONDS
        if not self.is_away:
            self.is_away = True
            told = _REASON.search(str(error))
            reason = told[1] if told else type(error).__name__
            _log.warning("the store of data versions cannot be reached", reason=reason)


def pieces(key: str, check: Check) -> list[str]:
    """Return the keys of the pieces. They tell the content, so that two writers never mix."""
    return [f"{key}.{check.digest[:16]}.{number}" for number in range(check.pieces)]


def is_intact(content: bytes, check: Check) -> bool:
    """Return whether content is what it has to be."""
    return len(content) == check.size and hashlib.sha256(content).hexdigest() == check.digest


def _open(url: str) -> tuple[fs.FileSystem, str]:
    parts = urlsplit(url)
    if parts.scheme != "s3":
        files, root = fs.FileSystem.from_uri(url)
        return files, path(root)
    files = fs.S3FileSystem(
        **dict(parse_qsl(parts.query)),
        connect_timeout=_CONNECT_SECONDS,
        request_timeout=_ANSWER_SECONDS,
        retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=_ATTEMPTS),
        background_writes=False,
        allow_delayed_open=True,  # otherwise every object would begin as a multipart upload
    )
    return files, path(f"{parts.netloc}{parts.path}")
