"""How long the pages take in Chromium on a data version of 1,000,000 incidents.

Promises: the time from a filter change to the last drawn chart is at most 1.5 times the time of the
floor. The floor is a bare Streamlit page with the same charts and static data. A rerun sends at
most 300 kB. The resident memory of the server is at most 1.5 GB.

Page and floor take turns in the same run, so that a busy machine slows both. `new`: a period chosen
for the first time. `urgency`: a period and an urgency. The worker has prepared the results of both.
`again`: a period chosen before. `own`: a period and a service, chosen for the first time and not
prepared. `new` is compared with the first changes of a floor just opened, the others with later
changes. Chromium, the server and all other processes share the processors. Bytes are those of the
websocket's messages.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, Final

from playwright.sync_api import Browser

from benchmarks.running_app import free_port
from benchmarks.served import busiest_service, busy, chromium, serve, stored
from benchmarks.stopwatch import Time, Watched, watch

FILTERED: Final = {
    "response": "Response",
    "escalations": "Escalations",
    "on_call": "On-call",
    "dependencies": "Dependencies",
    "teams": "Teams",
    "": "Overview",
}
"""Address of a page with filters → its title in the sidebar."""
UNFILTERED: Final = {"findings": "Findings"}
FIRST: Final = "28 days"
PERIODS: Final = ("90 days", "Everything collected", "7 days")
URGENCY: Final = "high"
ROUNDS_AGAIN: Final = 4
FLOOR: Final = """
import json, sys
from pathlib import Path
import plotly.graph_objects as go
import streamlit as st

st.set_page_config(layout="wide")

@st.cache_resource
def drawn():
    kept = json.loads(Path(sys.argv[1]).read_text())
    return {page: {period: [go.Figure(chart, skip_invalid=True) for chart in charts]
                   for period, charts in periods.items()} for page, periods in kept.items()}

page = drawn()[st.query_params["page"]]
period = st.selectbox("Period", list(page), key="period")
for number, chart in enumerate(page[period]):
    st.plotly_chart(chart, key=f"chart-{number}", config={"displayModeBar": False})
"""

Specs = dict[str, dict[str, list[dict[str, Any]]]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--incidents", type=int, default=0, help="simulated; 0: the large account")
    home, engagement = stored(parser.parse_args().incidents)
    print(f"{busy()}\n")
    with serve(home) as served, chromium() as browser:
        url, query = served.app.url, f"engagement={engagement}"
        after_start = _opened(browser, f"{url}/response?{query}")[1]
        print(f"first page after a start of the server: {after_start.seconds:.1f} s")
        specs: Specs = {}
        new: dict[str, list[Time]] = {}
        for path, title in {**FILTERED, **UNFILTERED}.items():
            cold = _opened(browser, f"{url}/{path}?{query}")
            again = _opened(browser, f"{url}/{path}?{query}")
            print(f"{title:<14} cold load {_line(cold[1])}, analysed before {_line(again[1])}")
            if path in FILTERED:
                specs[path], new[path] = _changes(again[0])
            for watched, _ in (cold, again):
                watched.page.context.close()
        _print_navigation(browser, f"{url}/response?{query}")
        with _floor(specs) as floor:
            service = busiest_service(home, engagement)
            _print_changes(browser, f"{url}/{{}}?{query}", floor, new, service)
        resident, most = served.megabytes("VmRSS"), served.megabytes("VmHWM")
        print(f"\nserver: {resident:,.0f} MB resident, {most:,.0f} MB at most")
    print(busy())


def _opened(browser: Browser, url: str) -> tuple[Watched, Time]:
    """A page in a new browser context, without cache."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, timezone_id="Europe/Berlin"
    )
    watched = watch(context)
    return watched, watched.load(url)


def _changes(watched: Watched) -> tuple[dict[str, list[dict[str, Any]]], list[Time]]:
    """The charts of each period, and the time of the first change to each period."""
    charts, times = {FIRST: list(watched.specs)}, []
    for period in PERIODS:
        times.append(watched.choose_period(period))
        charts[period] = list(watched.specs)
    return charts, times


def _print_navigation(browser: Browser, url: str) -> None:
    watched, _ = _opened(browser, url)
    times = [
        watched.go_to(title)
        for _ in range(ROUNDS_AGAIN)
        for title in reversed([*FILTERED.values(), *UNFILTERED.values()])
    ]
    print(f"\npage to page: median {median(each.seconds for each in times):.2f} s")


def _print_changes(
    browser: Browser, page_url: str, floor: str, new: Mapping[str, list[Time]], service: str
) -> None:
    print(
        f"\n{'filter change':<14}{'floor':>8}{'new':>8}{'ratio':>7}"
        f"{'floor':>8}{'again':>8}{'ratio':>7}{'urgency':>8}{'ratio':>7}{'own':>8}{'ratio':>7}"
        f"{'kB at most':>12}"
    )
    for path, title in FILTERED.items():
        ours, _ = _opened(browser, page_url.format(path))
        bare, _ = _opened(browser, f"{floor}/?page={path}")
        # After opening any page, a browser draws the first changes slower.
        first = [bare.choose_period(period) for period in PERIODS]
        again, least = [], []
        for period in PERIODS * ROUNDS_AGAIN:
            again.append(ours.choose_period(period))
            least.append(bare.choose_period(period))
        ours.choose_urgency(URGENCY)
        urgent = [ours.choose_period(period) for period in PERIODS]
        ours.choose_urgency("any")
        ours.choose_service(service)
        own = [ours.choose_period(period) for period in PERIODS]
        print(f"{title:<14}", end="")
        for floors, times in ((first, new[path]), (least, again)):
            print(f"{_middle(floors):>6.2f} s{_compared(times, floors)}", end="")
        most = max(each.received for each in (*new[path], *again, *urgent, *own)) / 1_000
        print(f"{_compared(urgent, least)}{_compared(own, least)}{most:>12,.0f}")
        ours.page.context.close()
        bare.page.context.close()


def _compared(times: Sequence[Time], floors: Sequence[Time]) -> str:
    return f"{_middle(times):>6.2f} s{_middle(times) / _middle(floors):>7.2f}"


def _middle(times: Sequence[Time]) -> float:
    return median(each.seconds for each in times)


def _line(spent: Time) -> str:
    return f"{spent.seconds:.2f} s, {spent.received / 1_000:,.0f} kB"


@contextmanager
def _floor(specs: Specs) -> Iterator[str]:
    """The floor: the same charts with static data on a bare page of the same Streamlit."""
    with tempfile.TemporaryDirectory() as folder:
        script, data = Path(folder) / "floor.py", Path(folder) / "charts.json"
        script.write_text(FLOOR)
        data.write_text(json.dumps(specs))
        port = free_port()
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(script),
             "--server.port", str(port), "--", str(data)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            _wait_for(f"http://localhost:{port}/_stcore/health")
            yield f"http://localhost:{port}"
        finally:
            process.terminate()
            process.wait()


def _wait_for(url: str) -> None:
    for _ in range(200):
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise TimeoutError(url)


if __name__ == "__main__":
    main()
