"""A setting that was changed at PagerDuty is told by the next data version."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from corvana.config import Settings
from corvana.sandbox.api.account import Account
from corvana.sandbox.api.running import RunningSandbox
from corvana.sandbox.play.build import build_world
from corvana.sandbox.world.model import World
from corvana.sandbox.world.steps import Change, Step, Wish
from corvana.versions.files import open_version
from tests.builders.movable_clock import NOW, MovableClock
from tests.conftest import collect_at, join

DAYS = 14


def play(steps: Sequence[Step]) -> World:
    return build_world(end=NOW + timedelta(days=7), days=DAYS + 7, incidents=300, steps=steps)


def test_a_changed_delay_is_seen_by_the_collection_after_it(
    configure: Callable[..., Settings],
) -> None:
    policy = play(()).escalation_policies[0]
    with RunningSandbox(
        play(()), clock=MovableClock(), requests_per_minute=1_000_000, play=play
    ) as running:
        connected = join(configure(running), running)
        account = running.app.state.account
        assert isinstance(account, Account)

        def seen() -> list[tuple[str, str, int, str, str]]:
            collect_at(connected, clock=account.now, days=DAYS)
            data = open_version(
                connected.settings.versions_dir,
                connected.connection.id,
                connected.connection.data_version,
            )
            columns = ["object_id", "field", "level", "before", "after"]
            changes = data.frame("configuration_changes")[columns]
            return list(changes.itertuples(index=False, name=None))

        assert seen() == []
        change = Change(setting="first_level_delay", of=policy.id, minutes=3)
        account.go_on(Wish(changes=(change,), weeks=0, hours=1))
        old = str(policy.rules[0].delay_minutes)
        assert seen() == [(policy.id, "escalation_delay_in_minutes", 1, old, "3")]
