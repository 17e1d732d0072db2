"""Each run of a page's script is timed, and has an id that its log lines carry."""

import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Final

from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData
from streamlit.runtime.scriptrunner_utils.script_run_context import get_script_run_ctx

from corvana import trace
from corvana.metrics import page_runs

Run = Callable[[ScriptRunner, RerunData], None]
_RUN: Final = "_run_script"


def watch() -> None:
    """Let Streamlit's script runner do it. Streamlit tells nobody of a run."""
    run: Run = vars(ScriptRunner)[_RUN]
    if not hasattr(run, "__wrapped__"):
        setattr(ScriptRunner, _RUN, _watched(run))


def _watched(run: Run) -> Run:
    @wraps(run)
    def watched(runner: ScriptRunner, wanted: RerunData) -> None:
        began = time.monotonic()
        with trace.request():
            try:
                run(runner, wanted)
            finally:
                part = "part" if wanted.fragment_id_queue else "whole"
                page_runs.labels(_page(), part).observe(time.monotonic() - began)

    return watched


def _page() -> str:
    """The file of the page, as it is called in `pages/`.

    It is `router` where nobody is signed in, because no page is offered then.
    """
    context = get_script_run_ctx()
    if context is None:
        return "router"
    pages = context.pages_manager.get_pages()
    found = pages.get(context.page_script_hash)
    return Path(found["script_path"]).stem if found else "router"
