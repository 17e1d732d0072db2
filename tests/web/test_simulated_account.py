"""The application asks the simulated account to go on, over HTTP, and never a real one."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from corvana.config import Settings
from corvana.errors import NotSimulated, SimulatedAccountAway
from corvana.sandbox.api.running import RunningSandbox
from corvana.sandbox.play.build import build_world
from corvana.sandbox.world.model import World
from corvana.sandbox.world.steps import Step
from corvana.web.simulated_account import Change, go_on, look
from tests.builders.movable_clock import NOW, MovableClock


def play(steps: Sequence[Step]) -> World:
    return build_world(end=NOW + timedelta(days=14), days=16, incidents=100, steps=steps)


@pytest.fixture(scope="module")
def living() -> Iterator[RunningSandbox]:
    with RunningSandbox(play(()), clock=MovableClock(), play=play) as running:
        yield running


def simulated(url: str, folder: Path) -> Settings:
    return Settings(data_dir=folder, identity_url_setting=url)


def test_the_account_tells_its_time_and_what_can_be_changed(
    living: RunningSandbox, tmp_path: Path
) -> None:
    account = look(simulated(living.url, tmp_path))
    policy = living.world.escalation_policies[0]
    first = account.choices("first_level_delay")[0]
    assert (first.id, first.name, first.minutes) == (
        policy.id, policy.name, policy.rules[0].delay_minutes,
    )  # fmt: skip
    assert len(account.choices("auto_pause")) == len(account.choices("auto_resolve")) == 45
    assert account.choices("rotation")[0].minutes is None


def test_it_goes_on_as_it_is_asked_to(living: RunningSandbox, tmp_path: Path) -> None:
    settings = simulated(living.url, tmp_path)
    before = look(settings)
    service = before.choices("auto_pause")[0]
    change = Change(setting="auto_pause", of=service.id, minutes=5)
    after = go_on(settings, changes=[change], weeks=2, hours=1)
    assert after.now - before.now == timedelta(weeks=2, hours=1)
    assert after.weeks_left == before.weeks_left - 3
    assert after.choices("auto_pause")[0].minutes == 5


def test_a_real_account_is_never_asked(living: RunningSandbox, tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path, identity_url_setting=living.url, client_id_setting="real"
    )
    for ask in (look, go_on):
        with pytest.raises(NotSimulated):
            ask(settings)


def test_an_account_that_is_away_or_cannot_go_on_says_so(
    living: RunningSandbox, tmp_path: Path
) -> None:
    for url in ("http://127.0.0.1:9", f"{living.url}/nothing"):
        with pytest.raises(SimulatedAccountAway):
            look(simulated(url, tmp_path))
    nobody = Change(setting="auto_pause", of="PNOTHING", minutes=5)
    with pytest.raises(SimulatedAccountAway):
        go_on(simulated(living.url, tmp_path), changes=[nobody])
