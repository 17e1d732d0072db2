"""Which code this is: for metrics, so that a release that behaves otherwise can be told apart."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

_CORVANA: Final = Path(__file__).resolve().parent
_GIT: Final = _CORVANA.parent / ".git"


@cache
def release_digest() -> str:
    """The first digits of a digest of all source of `corvana` and its pages."""
    digest = hashlib.sha256()
    for folder in (_CORVANA, _CORVANA.parent / "pages"):
        for path in sorted(folder.rglob("*.py")):
            digest.update(path.relative_to(_CORVANA.parent).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def git_revision(folder: Path = _GIT) -> str:
    """The commit that is checked out; empty where the code is no checkout."""
    try:
        head = (folder / "HEAD").read_text(encoding="ascii").strip()
        if not head.startswith("ref: "):
            return head
        name = head.removeprefix("ref: ")
        if (folder / name).is_file():
            return (folder / name).read_text(encoding="ascii").strip()
        packed = (folder / "packed-refs").read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return ""
    return next((line.split()[0] for line in packed if line.endswith(f" {name}")), "")
