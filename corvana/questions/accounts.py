"""The account of a data version, whole and narrowed; they are shared between sessions, so read
only."""

from corvana.analysis.account.analysed import Account
from corvana.analysis.account.narrowing import narrow
from corvana.analysis.account.selection import Filters
from corvana.questions.cache import Key
from corvana.questions.view import View
from corvana.versions.account_frames import account_of


def whole(view: View) -> Account:
    """Return the account over all time that was collected in full."""
    key = Key(view.connection_id, view.version)
    return view.cache.accounts.get(key, lambda: account_of(view.data))


def narrowed(view: View, filters: Filters) -> Account:
    """Return the account of a selection; its computed properties are kept with it."""
    key = Key(view.connection_id, view.version, filters)
    return view.cache.narrowed.get(key, lambda: narrow(whole(view), filters))
