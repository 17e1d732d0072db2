"""Who wrote something, in words, as pages name them."""

from collections.abc import Iterable
from typing import Final

from corvana.store.people import audit, members
from corvana.ui import process

_HERE: Final = "somebody on this computer"
_UNKNOWN: Final = "another assessor"


def who_wrote(people: Iterable[str]) -> list[str]:
    """Return for each `changed_by` who that is: an e-mail address as plain text, or words that fit
    after "by"."""
    known = {**members.addresses(process.engine()), audit.THIS_COMPUTER: _HERE}
    return [known.get(one, _UNKNOWN) for one in people]
