"""Schedules go on: how their shifts come about is kept, so that later ones can be rendered.

Later shifts are drawn from generators of their own, and each draw depends only on those before it.
So rendering further ahead changes no shift that was rendered before.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from corvana.sandbox.world.instants import to_instant
from corvana.sandbox.world.model import Schedule, Shift
from corvana.sandbox.world.names import IdMint
from corvana.sandbox.world.rotations import (
    Horizon,
    Rotation,
    layer,
    render,
    to_shifts,
    with_custom_shifts,
    with_gaps,
    with_overrides,
)


@dataclass(frozen=True, slots=True)
class Turns:
    """How the shifts of a schedule come about: its rotations, and what interrupts them."""

    rotations: tuple[Rotation, ...]
    has_overrides: bool = False
    has_custom_shifts: bool = False
    has_gaps: bool = False

    @property
    def user_ids(self) -> tuple[str, ...]:
        """Return everybody who takes turns, each once."""
        everybody = (user_id for rotation in self.rotations for user_id in rotation.user_ids)
        return tuple(dict.fromkeys(everybody))


def gone_on(schedule: Schedule, turns: Turns, horizon: Horizon, seed: int) -> Schedule:
    """Return the schedule with the shifts of `horizon` after those it has."""
    spans = sorted(span for rotation in turns.rotations for span in render(rotation, horizon))
    people = turns.rotations[0].user_ids

    def luck(of: str) -> Random:
        return Random(f"{seed}/{of}/{schedule.id}/{horizon.since}")

    if turns.has_overrides:
        spans = with_overrides(spans, people, luck("overrides"), horizon)
    if turns.has_custom_shifts:
        spans = with_custom_shifts(spans, people, luck("custom shifts"), horizon)
    if turns.has_gaps:
        spans = with_gaps(spans, luck("gaps"), horizon)
    return replace(schedule, shifts=_joined(schedule.shifts, to_shifts(spans)))


def _joined(before: Sequence[Shift], after: Sequence[Shift]) -> tuple[Shift, ...]:
    """All shifts. One that ends where another one of the same person begins goes on in it."""
    begins = {(shift.user_id, shift.start): shift for shift in after if shift.source == "rotation"}
    whole = []
    for shift in before:
        rest = begins.pop((shift.user_id, shift.end), None) if shift.source == "rotation" else None
        whole.append(replace(shift, end=rest.end) if rest else shift)
    left = set(begins.values())
    more = [shift for shift in after if shift.source != "rotation" or shift in left]
    return tuple(sorted((*whole, *more), key=lambda shift: (shift.start, shift.end)))


def shared(schedule: Schedule, people: Sequence[str], horizon: Horizon) -> tuple[Schedule, Turns]:
    """Return the schedule whose `people` take turns of one week, around the clock, in `horizon`.

    Shifts before `horizon` stay as they were; the one that runs when it begins ends there.
    """
    at = to_instant(horizon.since)
    before = (
        replace(shift, end=min(shift.end, at)) for shift in schedule.shifts if shift.start < at
    )
    rotation = Rotation(
        IdMint(Random(f"{schedule.id}/{horizon.since}")).draw(), tuple(people), schedule.time_zone
    )
    layers = tuple(
        {**each, "end": at.isoformat()} if each["end"] is None else each for each in schedule.layers
    )
    added = layer(rotation, f"Layer {len(layers) + 1}", horizon)
    return (
        replace(
            schedule,
            shifts=(*before, *to_shifts(render(rotation, horizon))),
            layers=(*layers, added) if schedule.kind == "v2" else (),
        ),
        Turns((rotation,)),
    )
