"""What the application writes is for its own user alone: folders 0700, files 0600."""

import os
from pathlib import Path
from typing import Final

_NOBODY_ELSE: Final = 0o077


def keep_private(folder: Path) -> None:
    """Let this process and its children write private files, and take rights from existing ones.

    The folder is created when it is not there. A file that another process removes meanwhile is
    no error.
    """
    os.umask(_NOBODY_ELSE)
    folder.mkdir(parents=True, exist_ok=True)
    _take_rights(folder)
    for path in folder.rglob("*"):
        _take_rights(path)


def _take_rights(path: Path) -> None:
    try:
        mode = path.lstat().st_mode
        if mode & _NOBODY_ELSE and not path.is_symlink():
            path.chmod(mode & ~_NOBODY_ELSE & 0o7777)
    except FileNotFoundError:
        return
