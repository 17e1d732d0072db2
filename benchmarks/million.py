"""A large account: 1,000,000 incidents, 405 services, a year. Built once and kept as Parquet.

Nine simulated accounts with planted bottlenecks are joined to one account. Each closed incident
gets nine copies (`copies.py`).
"""

import tempfile
from dataclasses import MISSING, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from benchmarks.copies import OF_AN_INCIDENT, with_copies
from benchmarks.simulated_account import account
from corvana import frames
from corvana.analysis.account.analysed import Account
from corvana.analysis.account.incidents import as_read
from corvana.sandbox.play.build import build_world
from corvana.versions.categories import in_memory

END: Final = datetime(2026, 11, 20, tzinfo=UTC)
DAYS: Final = 364
WORLDS: Final = 9
COPIES: Final = 9
INCIDENTS: Final = 11_150
"""Incidents in each world. The number makes up for the copies left out at the period's end."""
WEEKS_APART: Final = 4
FRAMES: Final = tuple(
    field.name
    for field in fields(Account)
    if hasattr(frames, field.name.upper()) and field.default_factory is MISSING
)
"""What every account has; frames of what changed are empty in this one."""


def folder() -> Path:
    return Path(tempfile.gettempdir()) / "corvana-million"


def large_account() -> Account:
    """The account, read from the folder. The first call builds and stores it there."""
    home = folder()
    names = ["done", *(f"{name}.parquet" for name in FRAMES)]
    if not all((home / name).exists() for name in names):
        _store(_build(), home)
    stored: dict[str, Any] = {name: _read(home, name) for name in FRAMES}
    stored["incidents"] = as_read(
        stored["incidents"], stored["maintenance_windows"], stored["dependencies"]
    )
    return Account(**stored, since=END - pd.Timedelta(days=DAYS), as_of=END, time_zone="Etc/UTC")


def varied(incidents: pd.DataFrame) -> pd.DataFrame:
    """The incidents with each duration up to a fifth shorter or longer, in whole seconds."""
    factors = np.random.default_rng(1).uniform(0.8, 1.2, len(incidents))
    durations = ["seconds_to_first_ack", "seconds_to_resolve"]
    return incidents.assign(**{name: (incidents[name] * factors).round() for name in durations})


def _build() -> Account:
    parts = [
        account(build_world(seed=seed, end=END, days=DAYS, incidents=INCIDENTS))
        for seed in range(1, WORLDS + 1)
    ]
    joined = {
        name: pd.concat([getattr(part, name) for part in parts], ignore_index=True)
        for name in FRAMES
    }
    whole = replace(parts[0], **joined)
    every = pd.Series(True, index=whole.incidents.index)
    return _in_order(with_copies(whole, every, COPIES, weeks=WEEKS_APART))


def _in_order(made: Account) -> Account:
    """The account with incidents numbered by creation, and all its frames in the same order."""
    incidents = made.incidents.sort_values("created_at", kind="stable", ignore_index=True)
    place = pd.Series(incidents.index, incidents["incident_id"])

    def followed(frame: pd.DataFrame) -> pd.DataFrame:
        order = place.reindex(frame["incident_id"]).to_numpy().argsort(kind="stable")
        return frame.iloc[order].reset_index(drop=True)

    return replace(
        made,
        incidents=incidents.assign(number=incidents.index + 1),
        escalation_steps=followed(made.escalation_steps),
        participations=followed(made.participations),
    )


def _store(made: Account, home: Path) -> None:
    home.mkdir(parents=True, exist_ok=True)
    for name in FRAMES:
        getattr(made, name).to_parquet(home / f"{name}.parquet", index=False)
    (home / "done").touch()


def _read(home: Path, name: str) -> pd.DataFrame:
    contract = frames.LIFECYCLES if name == "incidents" else getattr(frames, name.upper())
    read = frames.conform(pd.read_parquet(home / f"{name}.parquet"), contract)
    return in_memory(read, OF_AN_INCIDENT.get(name, name))
