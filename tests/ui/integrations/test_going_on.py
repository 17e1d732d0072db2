"""The simulated account's card lets time pass; no other account and no viewer has that."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from corvana import jobs
from corvana.config import Settings, load_settings
from corvana.jobs.collecting import collect_connection
from corvana.sandbox.api.running import RunningSandbox
from corvana.sandbox.identity.kept import Kept, keep
from corvana.sandbox.play.build import build_world
from corvana.sandbox.world.model import World
from corvana.sandbox.world.steps import Step
from corvana.store import clock, models
from corvana.store.people import audit
from corvana.ui.integrations import going_on
from corvana.ui.integrations.simulated_settings import described, told
from corvana.web.simulated_account import Change, Choice
from tests.builders.conclusions import conclude_nothing
from tests.builders.drawn_charts import texts
from tests.builders.twins import rows
from tests.conftest import Connected, join

ROUTER = Path(__file__).resolve().parents[3] / "corvana" / "ui" / "router.py"
LABEL = "Let time pass in the simulated account"
END = datetime.now(UTC).replace(microsecond=0) + timedelta(days=7)


def play(steps: Sequence[Step]) -> World:
    return build_world(end=END, days=21, incidents=300, steps=steps)


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    st.cache_data.clear()
    st.cache_resource.clear()
    yield
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture(scope="module")
def running() -> Iterator[RunningSandbox]:
    with RunningSandbox(play(()), requests_per_minute=1_000_000, play=play) as found:
        yield found


@pytest.fixture
def simulated(
    running: RunningSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Connected:
    """The application connected to the simulated account, as without any setting of PagerDuty."""
    for name in ("PAGERDUTY_CLIENT_ID", "PAGERDUTY_CLIENT_SECRET"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {
        "CORVANA_DATA_DIR": str(tmp_path / "data"),
        "CORVANA_BACKFILL_DAYS": "14",
        "PAGERDUTY_IDENTITY_URL": running.url,
        "PAGERDUTY_API_URL": running.api_url,
        "CORVANA_REQUESTS_PER_MINUTE": "60000",
    }.items():
        monkeypatch.setenv(name, value)
    settings: Settings = load_settings()
    joined = join(settings, running)
    kept = Kept(seed=7, incidents=300, days=21, end=END, steps=running.app.state.account.steps)
    running.app.state.account.kept = keep(settings.data_dir, kept, running.identity)
    collect_connection(joined.id, analyse=conclude_nothing)
    monkeypatch.setattr(
        jobs, "enqueue_collection", lambda name: collect_connection(name, analyse=conclude_nothing)
    )
    return joined


def card() -> AppTest:
    shown = AppTest.from_file(str(ROUTER), default_timeout=120).run()
    shown = shown.switch_page("../../pages/integrations.py").run()
    assert not shown.exception
    return shown


def expanders(shown: AppTest) -> list[str]:
    return [one.label for one in shown.expander]


def test_a_real_accounts_card_has_no_such_control(concluded: Connected) -> None:
    assert not concluded.settings.uses_sandbox
    shown = card()
    assert "Collect now" in [one.label for one in shown.button]
    assert LABEL not in expanders(shown)
    assert "let_it_happen" not in [one.key for one in shown.button]


def as_a_viewer() -> None:
    """The card as a viewer of the engagement sees it."""
    from corvana.store import connections  # noqa: PLC0415 - a script of its own
    from corvana.ui import process  # noqa: PLC0415
    from corvana.ui.access import Access  # noqa: PLC0415
    from corvana.ui.integrations import connection  # noqa: PLC0415

    (found,) = connections.listed(process.engine())
    connection.card(Access(found.engagement_id, "viewer", by="somebody"))


def test_a_viewer_has_no_such_control(simulated: Connected) -> None:
    assert LABEL in expanders(card())
    shown = AppTest.from_function(as_a_viewer, default_timeout=60).run()
    assert not shown.exception
    assert LABEL not in expanders(shown)
    assert simulated.settings.uses_sandbox


def test_whoever_may_not_change_it_any_more_changes_nothing(
    simulated: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = card()
    monkeypatch.setattr(going_on, "may_still_change", lambda _access: False)
    (button,) = [one for one in shown.button if one.label == "Let it happen"]
    shown = button.click().run()
    assert not shown.exception
    assert LABEL in expanders(shown), "nothing goes on"
    assert "let time pass" not in [each.action for each in audit.newest(simulated.engine)]


def test_a_setting_changes_and_weeks_go_by_and_both_are_collected_and_told(
    simulated: Connected,
) -> None:
    shown = card()
    shown.selectbox(key="simulated_setting").set_value("auto_resolve").run()
    service = shown.selectbox(key="simulated_auto_resolve").value
    assert isinstance(service, Choice)
    value = 30 if service.minutes != 30 else 60
    shown.selectbox(key=f"simulated_auto_resolve_{service.id}").set_value(value).run()
    shown.number_input(key="simulated_weeks").set_value(3).run()
    before, real = rows(simulated, models.Incident), datetime.now(UTC)
    (button,) = [one for one in shown.button if one.label == "Let it happen"]
    shown = button.click().run()
    for _ in range(8):
        if LABEL in expanders(shown):
            break
        shown = shown.run()
    assert not shown.exception

    more = len(rows(simulated, models.Incident)) - len(before)
    assert more > 200
    (said,) = [one.value for one in shown.success]
    there = clock.account_now(simulated.settings)
    assert f"{service.name} now closes incidents after" in said
    assert "3 weeks went by: it is " in said
    assert f"{there.day} {there:%b %Y} in the simulated account." in said
    assert f"{more} incidents came in this time." in said
    assert there - real > timedelta(weeks=3)
    seen = {row["id"]: row["auto_resolve_timeout"] for row in rows(simulated, models.Service)}
    assert seen[service.id] == value * 60

    times = dict(
        zip(("Account", "Last collected"), [one.value for one in shown.text], strict=False)
    )
    assert times["Last collected"] in {"just now", "1 min ago"}
    connection = simulated.connection
    assert connection.next_run_at is not None
    assert connection.next_run_at < real + timedelta(hours=1), "turns go by our own clock"
    assert [each.action for each in audit.newest(simulated.engine)].count("let time pass") == 1


def test_an_account_that_does_not_answer_is_named(
    simulated: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAGERDUTY_IDENTITY_URL", "http://127.0.0.1:9")
    shown = card()
    assert any("does not answer" in one for one in texts(shown, "warning"))
    assert "Let it happen" not in [one.label for one in shown.button]
    assert simulated.id


SERVICE = Choice(id="PS", name="Payments *api*", minutes=240)
NONE = Choice(id="PS", name="Payments api")


@pytest.mark.parametrize(
    ("change", "before", "sentence"),
    [
        (
            Change(setting="first_level_delay", of="PP", minutes=5),
            Choice(id="PP", name="Payments standard", minutes=30),
            "The first level of Payments standard now escalates after 5 min; it was 30 min.",
        ),
        (
            Change(setting="rotation", of="PR"),
            Choice(id="PR", name="Search front line"),
            "Search front line now has turns of one week, around the clock, for everybody on it.",
        ),
        (
            Change(setting="auto_pause", of="PS", minutes=5),
            NONE,
            "Alerts of Payments api now wait 5 min before they open an incident.",
        ),
        (
            Change(setting="auto_pause", of="PS"),
            Choice(id="PS", name="Payments api", minutes=5),
            "Auto-pause of Payments api is now off.",
        ),
        (
            Change(setting="auto_resolve", of="PS", minutes=1440),
            NONE,
            "Payments api now closes incidents after 1 day; before, it closed none.",
        ),
        (
            Change(setting="auto_resolve", of="PS", minutes=60),
            SERVICE,
            r"Payments \*api\* now closes incidents after 1 h; before, it did so after 4 h.",
        ),
        (
            Change(setting="auto_resolve", of="PS"),
            SERVICE,
            r"Payments \*api\* now closes no incident by itself; before, it did so after 4 h.",
        ),
    ],
)
def test_what_was_changed_is_told_in_a_sentence(
    change: Change, before: Choice, sentence: str
) -> None:
    assert told(change, before) == sentence


def test_what_can_be_changed_is_offered_with_its_present_value() -> None:
    assert described("auto_resolve", SERVICE) == "Payments *api* (now 4 h)"
    assert described("auto_pause", NONE) == "Payments api (now off)"
    assert described("rotation", NONE) == "Payments api"
