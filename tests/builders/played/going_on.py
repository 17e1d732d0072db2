"""A simulated account that goes on in steps."""

from datetime import timedelta
from functools import cache

from corvana.sandbox.play.build import build_world
from corvana.sandbox.world.model import World
from corvana.sandbox.world.steps import Change, Step
from tests.builders.movable_clock import NOW

END = NOW + timedelta(days=14)
CHANGED = NOW + timedelta(seconds=20)


@cache
def played(*steps: Step) -> World:
    return build_world(seed=7, end=END, days=28, incidents=1400, steps=steps)


def changed(setting: str, of: str, minutes: int | None = None, weeks: int = 0) -> Step:
    change = Change.model_validate({"setting": setting, "of": of, "minutes": minutes})
    return Step(at=CHANGED, changes=(change,), weeks=weeks)


def planted(kind: str) -> str:
    return next(each.subject_id for each in played().planted if each.kind == kind)


def planted_rotation() -> str:
    return next(each.id for each in played().schedules if each.name == "Search front line")
