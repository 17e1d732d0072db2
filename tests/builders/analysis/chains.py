"""One service, its policy and their settings over time, told by hand, and who would be paged."""

from typing import Any

from corvana import frames
from corvana.analysis.on_call.who_is_paged import Known, Paged, by_level, who_is_paged
from tests.builders.analysis.maintained import NO_WINDOWS
from tests.builders.analysis.rotations import at, framed, shifts

LONG_AGO = -1_000.0
FOREVER = 10_000.0


def service(policy: str | None = "P1", since: float | None = LONG_AGO, **more: Any) -> Any:
    row = {"service_id": "api", "status": "active", "is_deleted": False, "urgency": "high"}
    dated = None if since is None else at(since)
    return row | {"escalation_policy_id": policy, "urgency_rule": "constant", "since": dated} | more


def rule(level: int | None, target: str | None, since: float | None = LONG_AGO, **more: Any) -> Any:
    return {
        "escalation_policy_id": "P1",
        "since": None if since is None else at(since),
        "is_deleted": False,
        "num_loops": 0,
        "level": level,
        "escalation_delay_in_minutes": 30 if level else 0,
        "target": target,
        "target_type": "schedule" if target and target.startswith("S") else "user",
    } | more


def known(*rows: Any, of: Any = None, on: Any = (), **more: Any) -> Known:
    """An account of one service; every schedule named in a rule or with a shift was collected."""
    told: dict[str, Any] = {
        "maintenance_windows": NO_WINDOWS,
        "schedules": ("S1", "S2", "S3"),
        "time_zone": "UTC",
    }
    return Known(
        services=framed([service()] if of is None else list(of), frames.SERVICE_HISTORY),
        policies=framed(list(rows), frames.POLICY_HISTORY),
        shifts=shifts(*on),
        **(told | {"since": at(LONG_AGO), "until": at(FOREVER)} | more),
    )


def levels(paged: Paged) -> list[tuple[int, int, str, str, bool]]:
    """Level, minutes, letters, state, and whether nobody new is on it."""
    assert paged.targets is not None
    return [
        (int(level), int(minutes), "".join(people), state, bool(is_repeated))
        for level, minutes, people, state, is_repeated in by_level(paged.targets).itertuples(
            index=False
        )
    ]


def asked(account: Known, hour: float = 10) -> Paged:
    return who_is_paged(account, "api", at(hour))
