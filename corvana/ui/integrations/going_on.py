"""The simulated account goes on: settings change and weeks go by, so that coming back can be shown.

A changed setting has to be collected when it changes, not weeks later. So an hour goes by after the
change, in which Corvana collects, then the weeks, and Corvana collects them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import streamlit as st

from corvana import jobs
from corvana.analysis import wording
from corvana.doctor.words import reason
from corvana.errors import NotFound, SimulatedAccountAway
from corvana.store import connections
from corvana.store.models import Connection
from corvana.store.people import audit
from corvana.ui import process, state
from corvana.ui.access import Access, may_still_change
from corvana.ui.controls.clock import now_utc
from corvana.ui.data import current_view
from corvana.ui.integrations.simulated_settings import Wish, ask, told
from corvana.web import simulated_account

_AWAY: Final = (
    "**The simulated account does not answer.** It starts with the app; try again in a moment."
)


@dataclass
class Playing:
    """How far it is: its steps, how many of them are done, and what was done in them."""

    connection_id: str
    wish: Wish
    incidents: int
    steps: list[str]
    done: int = 0
    run_before: str | None = None
    said: list[str] = field(default_factory=list)


def control(access: Access, connection: Connection, *, is_running: bool) -> None:
    """Draw the control, where the account is simulated and the visitor may change it."""
    if not (access.may_change and process.settings().uses_sandbox):
        return
    playing = st.session_state.get(state.GOING_ON)
    if isinstance(playing, Playing) and playing.connection_id == connection.id:
        st.fragment(_play, run_every=1)(access, playing)
        return
    if said := st.session_state.get(state.WENT_ON):
        st.success(said, icon=":material/fast_forward:")
    with st.expander("Let time pass in the simulated account", icon=":material/fast_forward:"):
        _offer(access, connection, is_running=is_running)


def _offer(access: Access, connection: Connection, *, is_running: bool) -> None:
    st.caption(
        "Only the simulated account can do this. What happened before stays as it is; incidents "
        "opened after a change follow the changed setting."
    )
    try:
        account = simulated_account.look(process.settings())
    except SimulatedAccountAway:
        st.warning(_AWAY, icon=":material/power_off:")
        return
    wish = ask(account)
    st.button(
        "Let it happen",
        key="let_it_happen",
        icon=":material/play_arrow:",
        disabled=is_running or wish.is_nothing,
        help="A collection is running." if is_running else None,
        on_click=_begin,
        args=(access, connection.id, wish),
    )


def _begin(access: Access, connection_id: str, wish: Wish) -> None:
    if not may_still_change(access):
        return
    audit.record(
        process.engine(), "let time pass", access.by, now_utc(), engagement_id=access.engagement_id
    )
    steps = ["change", "collect"] if wish.change else []
    steps += ["weeks", "collect"] if wish.weeks else []
    st.session_state.pop(state.WENT_ON, None)
    st.session_state[state.GOING_ON] = Playing(connection_id, wish, _incidents(access), steps)


def _incidents(access: Access) -> int:
    view = current_view(access)
    return len(view.frame("incidents")) if view is not None and view.version else 0


def _play(access: Access, playing: Playing) -> None:
    """Do the present step, or look how far it is. This part redraws itself every second."""
    share, step = playing.done / len(playing.steps), playing.steps[playing.done]
    st.progress(share, _WORDS[step](playing))
    st.caption("It goes on while this page is open.")
    try:
        trouble = _DO[step](playing)
    except SimulatedAccountAway:
        trouble = _AWAY
    except NotFound:
        trouble = "PagerDuty was disconnected meanwhile."
    if trouble or playing.done == len(playing.steps):
        _end(access, playing, trouble)
        st.rerun()


def _end(access: Access, playing: Playing, trouble: str) -> None:
    st.session_state.pop(state.GOING_ON, None)
    more = _incidents(access) - playing.incidents
    if not trouble and playing.wish.weeks:
        playing.said.append(f"{wording.plural(more, 'incident', 'incidents')} came in this time.")
    st.session_state[state.WENT_ON] = " ".join((*playing.said, trouble)).strip()


def _change(playing: Playing) -> str:
    change = playing.wish.change
    assert change is not None  # noqa: S101 - for mypy: a step of this name has one
    simulated_account.go_on(process.settings(), changes=[change], hours=1)
    _collect_next(playing)
    playing.said.append(told(change, playing.wish.of))
    return ""


def _weeks(playing: Playing) -> str:
    weeks = playing.wish.weeks
    account = simulated_account.go_on(process.settings(), weeks=weeks)
    _collect_next(playing)
    playing.said.append(
        f"{wording.plural(weeks, 'week', 'weeks')} went by: it is "
        f"{wording.instant(account.now, year=True)} in the simulated account."
    )
    return ""


def _collect_next(playing: Playing) -> None:
    """The account went on: ask for a run that collects what came since."""
    last = connections.latest_run(process.engine(), playing.connection_id)
    playing.run_before = last.id if last else None
    playing.done += 1
    jobs.enqueue_collection(playing.connection_id)


def _collect(playing: Playing) -> str:
    """Look whether the run has ended. Return what to say when it ended badly."""
    connection = connections.get(process.engine(), playing.connection_id)
    run = connections.latest_run(process.engine(), playing.connection_id)
    if run is None or run.id == playing.run_before or run.status == "running":
        return "" if connection.status == "connected" else "PagerDuty is disconnected."
    if run.status != "finished":
        return f"**The collection after it failed.** {reason(run.error)}."
    playing.done += 1
    return ""


def _collecting(playing: Playing) -> str:
    run = connections.latest_run(process.engine(), playing.connection_id)
    if run is None or run.id == playing.run_before:
        return "Waiting for the worker to begin"
    return wording.plain(run.activity) or "Collecting"


_DO: Final = {"change": _change, "weeks": _weeks, "collect": _collect}
_WORDS: Final[dict[str, Callable[[Playing], str]]] = {
    "change": lambda _: "The setting changes",
    "weeks": lambda playing: f"{wording.plural(playing.wish.weeks, 'week goes', 'weeks go')} by",
    "collect": _collecting,
}
