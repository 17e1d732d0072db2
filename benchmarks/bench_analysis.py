"""How long the analysis of a million incidents takes.

Promises: the Response page computes its numbers for a period of 1,000,000 incidents in at most
twice the time of hand-written SQL in DuckDB on the same Parquet files. The findings for 1,000,000
incidents of 405 services are ready within 25 s.

Both sides are warm and show the best of three times. They give equal numbers (asserted) where all
incidents are taken as separate. The times of ours are with storms, which SQL does not know. DuckDB
uses all processors and reads its columns from Parquet or, in the next column, from a table in
memory. We read the frame that pages keep in memory. SQL has no binomial and normal quantiles; SciPy
computes these few hundred values for both sides. Durations of copied incidents are varied by up to
a fifth, because equal values would make sorting too easy.
"""

import time
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import Any, Final, get_args

import duckdb
import pandas as pd

from benchmarks.million import END, folder, large_account, varied
from benchmarks.response_duckdb import ResponseInSql
from corvana.analysis.account.analysed import Account
from corvana.analysis.account.selection import Filters, select
from corvana.analysis.findings.ledger import findings
from corvana.analysis.findings.registry import KINDS
from corvana.analysis.response import breakdowns, durations
from corvana.analysis.response.breakdowns import Dimension
from corvana.analysis.response.durations import Measure
from corvana.analysis.statistics.estimates import Estimate
from corvana.frames import INCIDENTS, conform
from corvana.memory import economise
from corvana.versions.categories import in_memory

ZONE: Final = "Europe/Berlin"
ROUNDS: Final = 3
Parts = Mapping[str, Callable[[], Any]]


def main() -> None:
    account = large_account()
    print(f"{len(account.incidents):,} incidents, {len(account.services)} services")
    path = folder() / "period.parquet"
    conform(varied(account.incidents), INCIDENTS).to_parquet(path, index=False)
    seconds, incidents = timed(lambda: in_memory(pd.read_parquet(path), "incidents"))
    print(f"read into memory once for all pages: {seconds:.1f} s")
    period = Filters(start=account.since, end=END)
    for measure in get_args(Measure):
        report_page(
            measure,
            ours(incidents.assign(storm=0), period, measure),
            ours(incidents, period, measure),
            in_sql(f"CREATE VIEW period AS FROM '{path}'", measure),
            in_sql(f"CREATE TABLE period AS FROM '{path}'", measure),
        )
    report_findings(account)
    economise()
    report_ledger(large_account())


def ours(incidents: pd.DataFrame, period: Filters, measure: Measure) -> Parts:
    """The parts of the page. Each part selects the period itself, as on the page."""
    by_person = measure == "seconds_to_first_ack"
    summary = durations.ack_summary if by_person else durations.resolve_summary
    made: Parts = {
        "summary and curve": lambda: summary(select(incidents, period), END),
        **{
            dimension: partial(_breakdown, incidents, period, measure, dimension)
            for dimension in get_args(Dimension)
        },
        "week": lambda: breakdowns.weekly_trend(select(incidents, period), measure, ZONE),
        "hour of week": lambda: breakdowns.hour_of_week(select(incidents, period), measure, ZONE),
        "distribution": lambda: breakdowns.distribution(select(incidents, period), measure),
    }
    return made


def in_sql(source: str, measure: Measure) -> Parts:
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(source)
    page = ResponseInSql(connection, measure, ZONE, END)
    return {
        "summary and curve": page.summary,
        **{name: partial(page.breakdown, name) for name in get_args(Dimension)},
        "week": page.weeks,
        "hour of week": page.hours,
        "distribution": page.distribution,
    }


def report_page(
    measure: Measure, separate: Parts, own: Parts, parquet: Parts, table: Parts
) -> None:
    print(f"\n{measure:<24}{'ours':>9}{'DuckDB':>9}{'ratio':>7}{'table':>9}{'ratio':>7}")
    totals = [0.0, 0.0, 0.0]
    for part in own:
        assert_equal(separate[part](), parquet[part]())
        times = [best(each[part]) for each in (own, parquet, table)]
        totals = [total + seconds for total, seconds in zip(totals, times, strict=True)]
        print(line(part, *times))
    print(f"{line('the whole page', *totals)}   (promise: ≤ 2)")


def line(name: str, own: float, parquet: float, table: float) -> str:
    return (
        f"{name:<24}{own:>7.2f} s{parquet:>7.2f} s{own / parquet:>7.2f}"
        f"{table:>7.2f} s{own / table:>7.2f}"
    )


def report_findings(account: Account) -> None:
    """Print the times of the findings. Work that several kinds share is counted once, first."""
    # `loads` is read by the scorecard and the pages; it is no finding.
    shared = [
        name
        for name, held in vars(Account).items()
        if isinstance(held, cached_property) and name != "loads"
    ]
    print(f"\n{'findings':<28}{'seconds':>8}{'tests':>8}")
    total = 0.0
    for name in shared:
        seconds, _ = timed(partial(getattr, account, name))
        total += seconds
        print(f"{'shared: ' + name:<28}{seconds:>8.1f}")
    for kind in KINDS:
        seconds, tests = timed(partial(kind.tests, account))
        total += seconds
        print(f"{kind.name:<28}{seconds:>8.1f}{len(tests):>8,}")
    print(f"{'one after the other':<28}{total:>8.1f}")


def report_ledger(account: Account) -> None:
    """Print the time of the findings ledger, computed as by the worker, with an empty cache."""
    seconds, found = timed(partial(findings, account, KINDS))
    print(f"{'the ledger':<28}{seconds:>8.1f}{len(found):>8,}   (promise: ≤ 25 s)")


def assert_equal(own: Any, other: Any) -> None:
    """Assert equal numbers of any dtypes. Of a summary, compare each number and the curve."""
    if isinstance(own, durations.Summary):
        numbers, curve = other
        for name, value in numbers.items():
            number = getattr(own, name)
            known = number.interval if isinstance(number, Estimate) else number
            pd.testing.assert_series_equal(pd.Series(value), pd.Series(known))
        own, other = own.curve, curve
    columns = list(other)
    pd.testing.assert_frame_equal(
        own[columns].reset_index(drop=True), other, check_dtype=False, rtol=1e-6, atol=1e-12
    )


def best(work: Callable[[], Any]) -> float:
    return min(timed(work)[0] for _ in range(ROUNDS))


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def _breakdown(
    incidents: pd.DataFrame, period: Filters, measure: Measure, dimension: Dimension
) -> pd.DataFrame:
    return breakdowns.breakdown(select(incidents, period), measure, dimension)


if __name__ == "__main__":
    main()
