"""The file of the application's key, where no key is set: made once, and replaced by a new one.

It is replaced in steps, and a process may be killed between any two of them:

1. the new key is written beside it (`secret.key.next`);
2. the present key gets a second name (`secret.key.before`), so that it still opens;
3. the new key takes the name of the file: from now on it encrypts.

When nothing is left that the key before has encrypted, it is destroyed.
"""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from cryptography.fernet import Fernet

from corvana.errors import ConfigError
from corvana.store.keys import whole_files

Step = Callable[[str], None]
"""Is called after every step with what was done."""


def make(path: Path) -> None:
    """Make the file with a new key; one that is there stays.

    It gets its name when it is whole: another process may start at this moment, and this one may
    find no room on the disk.
    """
    if path.exists():
        return
    draft = path.with_name(f"{path.name}.{uuid4().hex}.draft")
    try:
        whole_files.write_new(draft, Fernet.generate_key())
        with suppress(FileExistsError):
            _name(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    whole_files.keep_on_disk(path.parent)


def before(path: Path) -> Path:
    """Return the place of the key that was used before."""
    return path.with_name(f"{path.name}.before")


def read_key(path: Path) -> bytes | None:
    """Return the key in a file; None if there is none, or no whole one."""
    try:
        key = path.read_bytes()
        Fernet(key)
    except (FileNotFoundError, ValueError):
        return None
    return key


@contextmanager
def replaced_by_one(path: Path) -> Iterator[None]:
    """Let one process at a time replace the key. Raises `ConfigError` when another one does."""
    with path.with_name(f"{path.name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ConfigError("the key is being replaced by another process") from error
        yield


def replace(path: Path, step: Step) -> None:
    """Put a new key in the place of the present one, which lies beside it from now on.

    Go on where a killed process was. Nothing happens if the new key is in its place already.
    """
    if _is_replaced(path):
        return
    following = path.with_name(f"{path.name}.next")
    if read_key(following) is None:
        following.unlink(missing_ok=True)
        whole_files.write_new(following, Fernet.generate_key())
        step("a new key is written")
    if not before(path).exists():
        before(path).hardlink_to(path)
        whole_files.keep_on_disk(path.parent)
        step("the present key is kept beside the new one")
    following.replace(path)
    whole_files.keep_on_disk(path.parent)
    step("the new key encrypts from now on")


def destroy_before(path: Path) -> None:
    """Destroy the key that was used before. The present one is never destroyed."""
    if _is_replaced(path):
        whole_files.destroy(before(path))


def _name(draft: Path, path: Path) -> None:
    """Give a file its name. Raises `FileExistsError`: of two processes, one makes both's key."""
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if not path.exists():
            draft.replace(path)


def _is_replaced(path: Path) -> bool:
    old = before(path)
    return old.exists() and old.read_bytes() != path.read_bytes()
