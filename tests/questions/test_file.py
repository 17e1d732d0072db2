"""A file is asked for by its address: what was declared, with arguments of the declared types."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from benchmarks.simulated_account import account
from benchmarks.stored_account import store_engagement
from corvana.analysis.account.selection import Filters
from corvana.errors import NotFound
from corvana.questions import labels, on_call, tables
from corvana.questions.file import FILES, as_csv
from corvana.questions.view import View
from corvana.sandbox.play.build import build_world
from tests.builders.stored.every_file import every_file
from tests.builders.stored.with_baseline import freeze_at

END = datetime(2026, 11, 20, tzinfo=UTC)
WEEK = '{"start":"2026-11-10T00:00:00Z","end":"2026-11-17T00:00:00Z"}'


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("files")
    made = account(build_world(seed=3, end=END, days=40, incidents=600, planted=True))
    engagement = store_engagement(folder, "Acme", made)
    freeze_at(folder, engagement, made, END - timedelta(days=14), "Handed over")
    return folder, engagement


def test_every_declared_file_is_in_this_list(view: View) -> None:
    assert [one.file.name for one in every_file(view)] == list(
        dict.fromkeys(one.file.name for one in every_file(view))
    )
    assert {one.file.name for one in every_file(view)} == set(FILES)


def test_an_address_asks_for_exactly_what_the_page_shows(view: View) -> None:
    for one in every_file(view):
        read = one.file.asked(view, one.told())
        # Results are kept by the text of their arguments: another text would work them out again.
        assert repr(read.arguments) == repr(one.arguments), one.file.name
        assert read.content() == one.content(), one.file.name
        assert one.content()


def test_a_table_is_the_same_as_csv_with_instants_in_utc() -> None:
    at = pd.Timestamp("2026-11-10 01:00", tz=ZoneInfo("Europe/Berlin"))
    frame = pd.DataFrame({"at": [at.tz_convert("UTC")], "n": [None]})
    assert as_csv(frame) == b"at,n\n2026-11-10T00:00:00Z,\n"


def test_a_file_is_named_after_its_choices(view: View) -> None:
    week = Filters(END - timedelta(days=7), END)
    asked = tables.GROUPS.of(view, week, "seconds_to_first_ack", "service")
    assert asked.file_name == "response-groups-seconds-to-first-ack-service.csv"
    assert tables.FUNNEL.of(view, week).file_name == "escalation-funnel.csv"


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"filters": WEEK},
        {"filters": WEEK, "measure": '"number"'},
        {"filters": WEEK, "measure": "seconds_to_first_ack"},
        {"filters": WEEK, "measure": '"seconds_to_first_ack"', "more": "1"},
        {"filters": "{}", "measure": '"seconds_to_first_ack"'},
        {"filters": "no JSON", "measure": '"seconds_to_first_ack"'},
        {"filters": WEEK.replace("Z", ""), "measure": '"seconds_to_first_ack"'},
        {"filters": WEEK.replace("2026-11-17", "2026-11-09"), "measure": '"seconds_to_first_ack"'},
        {"filters": WEEK.replace("2026", "1969"), "measure": '"seconds_to_first_ack"'},
        {"filters": WEEK.replace("2026", "9999"), "measure": '"seconds_to_first_ack"'},
    ],
)
def test_what_does_not_fit_the_types_of_the_arguments_is_no_file(
    view: View, told: dict[str, str]
) -> None:
    with pytest.raises(NotFound) as refused:
        tables.WITHIN.asked(view, told)
    assert "1969" not in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    ("file", "wrong"),
    [
        ("response-hours.csv", {"time_zone": '"../../etc/passwd"'}),
        ("response-hours.csv", {"time_zone": '"Europe/Nowhere"'}),
        ("response-funnel.csv", {"seconds": "-1"}),
        ("response-funnel.csv", {"seconds": "NaN"}),
        ("response-groups.csv", {"dimension": '"responder"'}),
        ("on-call-burden.csv", {"who": '"everybody"'}),
        ("on-call-lorenz.csv", {"what": '"salary"'}),
        ("dependency-lags.csv", {"pair": '"POONLY"'}),
        ("dependency-lags.csv", {"pair": '"PA>PB>PC"'}),
        ("escalation-what-if.csv", {"minutes": "[[1,-5]]"}),
        ("escalation-what-if.csv", {"minutes": f"[{','.join(['[1,5]'] * 101)}]"}),
        ("finding-figure.csv", {"figure": '"everything"'}),
    ],
)
def test_a_value_that_no_page_would_send_is_no_file(
    view: View, file: str, wrong: dict[str, str]
) -> None:
    right = next(one for one in every_file(view) if one.file.name == file)
    with pytest.raises(NotFound):
        right.file.asked(view, {**right.told(), **wrong})


@pytest.mark.parametrize("file", ["finding-rows.csv", "finding-figure.csv"])
def test_a_finding_that_is_not_in_the_ledger_is_no_file(view: View, file: str) -> None:
    right = next(one for one in every_file(view) if one.file.name == file)
    with pytest.raises(NotFound):
        right.file.asked(view, {**right.told(), "finding": '"slow_ack:GONE"'}).content()


def test_a_period_is_cut_to_the_collected_time(view: View) -> None:
    """A year before would be counted among the weeks, and rates would become too low."""
    wide = Filters(view.since - timedelta(days=365), view.as_of + timedelta(days=365))
    told = tables.INCIDENTS.of(view, wide).told()
    cut = tables.INCIDENTS.asked(view, told).arguments["filters"]
    assert cut == replace(wide, start=view.since, end=view.as_of)


def test_nobody_is_told_apart_in_a_small_group_in_a_file_either(view: View) -> None:
    all_time = Filters(view.since, view.as_of)
    policies = labels.names(view, "policy")
    groups = [replace(all_time, policies=(one,)) for one in policies]
    small = next(one for one in groups if on_call.totals(view, one).responders in range(1, 5))
    assert not on_call.shared(view, small, "engaged time").lorenz.empty
    assert tables.LORENZ.of(view, small, "engaged time").made().empty
    assert tables.BURDEN.of(view, small, "responders").made().empty
