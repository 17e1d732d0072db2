"""The simulation's truth, as a frame to compare with the lifecycle."""

from datetime import datetime

import pandas as pd

from corvana.frames import LIFECYCLES, conform
from corvana.sandbox.world.model import World
from tests.conftest import Connected


def truth(world: World, connected: Connected, since: datetime) -> pd.DataFrame:
    def pseudonym(person: str) -> str:
        return connected.seal.opened(connected.pseudonyms.of(person))

    lived = sorted(
        (each for each in world.truth.values() if each.created_at >= since), key=lambda t: t.number
    )
    frame = pd.DataFrame([{name: getattr(each, name) for name in LIFECYCLES} for each in lived])
    return conform(
        frame.assign(
            team_ids=frame["team_ids"].map(lambda ids: " ".join(sorted(ids))),
            acknowledged_by=frame["acknowledged_by"].map(pseudonym, na_action="ignore"),
        ),
        LIFECYCLES,
    )
