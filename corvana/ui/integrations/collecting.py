"""Collecting as the card shows it: how far a run is, how the last one ended, and asking for one."""

from datetime import datetime, timedelta
from typing import Final

import streamlit as st

from corvana import jobs, trace
from corvana.analysis import wording
from corvana.doctor.words import reason
from corvana.errors import NotFound
from corvana.questions.view import progress_of, status_of
from corvana.store import connections
from corvana.store.models import CollectionRun
from corvana.store.people import audit
from corvana.ui import process
from corvana.ui.access import Access, may_still_change
from corvana.ui.controls.clock import now_utc

FRESH_FOR: Final = timedelta(minutes=2)


def progress(connection_id: str) -> None:
    """Draw how far the run is.

    This part redraws itself every second, and the whole page when the run has ended.
    """
    run = connections.latest_run(process.engine(), connection_id)
    try:
        connection = connections.get(process.engine(), connection_id)
    except NotFound:  # disconnected in another tab
        st.rerun()
    if status_of(connection, run) != "collecting":
        st.rerun()
    share = progress_of(run)
    if run is None or share is None:
        st.progress(0.0, "Waiting for the worker to begin")
        return
    st.progress(share, wording.plain(run.activity) or "Collecting")
    st.caption(
        f"{wording.count(run.windows_done)} of {wording.count(run.windows_total)} windows · "
        f"{wording.count(run.rows)} rows · {wording.count(run.requests)} requests · "
        f"{time_left(run, process.account_now())}"
    )


def time_left(run: CollectionRun, now: datetime) -> str:
    """Return the remaining time at the present pace; empty until it can be estimated."""
    elapsed = (now - run.started_at).total_seconds()
    if run.windows_done >= run.windows_total:
        return "everything is read"
    if run.windows_done < 2 or elapsed < 3:
        return "time left: not known yet"
    seconds = elapsed / run.windows_done * (run.windows_total - run.windows_done)
    return f"about {wording.duration(seconds)} left"


def last_run(run: CollectionRun, *, goes_on: bool) -> None:
    """Say how the last run ended, if not well. `goes_on`: whether another one follows."""
    if run.status == "failed":
        again = "after a minute" if run.error == "DiskFull" else "by itself"
        promised = f" It is tried again {again}." if goes_on else ""
        st.warning(
            f"**The last collection failed.** {reason(run.error)}.{promised} "
            f"Reference: `{trace.reference(run.id)}`",
            icon=":material/sync_problem:",
        )
    elif run.status == "interrupted":
        promised = " It goes on where it stopped." if goes_on else ""
        st.info(f"The last collection was interrupted.{promised}", icon=":material/hourglass_top:")


def collect(connection_id: str, access: Access) -> None:
    """Ask for a run now, unless one has just ended."""
    if not may_still_change(access):
        return
    current = connections.of_engagement(process.engine(), access.engagement_id)
    if current is None or current.id != connection_id:
        st.toast("PagerDuty was disconnected meanwhile.", icon=":material/link_off:")
        return
    run = connections.latest_run(process.engine(), connection_id)
    finished = run.finished_at if run is not None and run.status == "finished" else None
    now = process.account_now()
    if finished is not None and now - finished < FRESH_FOR:
        st.toast(
            f"Collected {wording.ago(finished, now)}: fresh enough, so nothing was started.",
            icon=":material/check:",
        )
        return
    audit.record(
        process.engine(), "collected", access.by, now_utc(), engagement_id=access.engagement_id
    )
    jobs.enqueue_collection(connection_id)
