"""Which code computed something that is kept: another release may compute it otherwise."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

BUILDING: Final = (
    *("analysis/lifecycle", "frames", "store/narrow_rows.py", "store/queries.py"),
    "versions/rebuild.py",
)
"""The code that builds the frames kept by month."""
CONCLUDING: Final = ("analysis", "assessment", "versions/account_frames.py")
"""The code that draws conclusions from the frames."""
ANSWERING: Final = ("analysis", "assessment", "questions")
"""The code that works out what pages ask."""
_CORVANA = Path(__file__).resolve().parents[1]


@cache
def code_digest(*packages: str) -> str:
    """Return a digest of the source of packages and modules of `corvana`, for example `analysis`
    and `store/queries.py`."""
    digest = hashlib.sha256()
    for package in packages:
        place = _CORVANA / package
        for path in [place] if place.is_file() else sorted(place.rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()
