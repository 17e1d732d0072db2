"""A simulated account, and the same with some acknowledgements slowed down."""

from dataclasses import replace
from datetime import datetime

import pandas as pd

from benchmarks import simulated_account
from corvana import frames
from corvana.analysis.account.analysed import Account
from corvana.sandbox.play.build import build_world
from tests.builders.analysis.following_failures import END


def slowed(world: Account, slow: pd.Series, times: float) -> Account:
    """The account with the waits of some incidents so many times as long."""
    known = world.incidents
    wait = known["seconds_to_first_ack"]
    longer = wait.where(~known["incident_id"].isin(slow), times * wait)
    acked = (known["created_at"] + pd.to_timedelta(longer, unit="s")).astype(frames.INSTANT)
    return replace(
        world, incidents=known.assign(seconds_to_first_ack=longer, first_acknowledged_at=acked)
    )


def simulated(seed: int, end: datetime = END) -> Account:
    return simulated_account.account(build_world(seed=seed, end=end, planted=False))
