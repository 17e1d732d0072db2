"""The effect of other delays on one policy or on several, as one row."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from corvana.analysis.escalations.back_test import Calibration
from corvana.analysis.escalations.model import Chain, Model
from corvana.analysis.escalations.observed import Observed
from corvana.analysis.escalations.prediction import (
    PREDICTORS,
    Bounds,
    Sample,
    bounds,
    predictions,
    quantiles,
)
from corvana.analysis.escalations.replay import Replayed
from corvana.analysis.statistics import estimates

_SLOWEST: Final = 0.1
"""Where the end of more replays than a P90 leaves out is not known, the P90 rests on them."""


class Part(NamedTuple):
    """One policy with its present delays and with the new ones."""

    observed: Observed
    present: Replayed
    changed: Replayed
    predicted: Mapping[str, Sample]
    calibration: Calibration
    is_extrapolated: bool
    is_endless: bool
    cut_off: int


def part(
    model: Model,
    now: Chain,
    new: Chain,
    replayed: tuple[Replayed, Replayed],
    calibration: Calibration,
) -> Part:
    """Return one policy with its replays, of the present delays and of the new ones."""
    own = model.observed
    present, changed = replayed
    is_extrapolated = changed.unwatched > _SLOWEST
    return Part(
        observed=own,
        present=present,
        changed=changed,
        predicted=predictions(own, now, new, changed),
        calibration=calibration,
        is_extrapolated=is_extrapolated,
        is_endless=is_extrapolated and not model.run_out.is_enough and changed.ran_out > _SLOWEST,
        cut_off=_cut_off(model, new),
    )


def _cut_off(model: Model, new: Chain) -> int:
    """The answers that came later than the new delay of their level."""
    own, stays = model.observed, model.observed.stays
    delays = np.array([new.delay(int(level)) for level in own.levels])
    is_late = stays.seconds > delays[np.searchsorted(own.levels, stays.level)]
    had_timer = ~model.untimed & np.isnan(model.out) & (stays.path >= 0)
    return int((is_late & had_timer & stays.answered).sum())


def effect(parts: Sequence[Part]) -> dict[str, Any]:
    """Return the columns of `simulate.what_if` for these policies together."""
    n = sum(part.observed.n for part in parts)
    n_acked = sum(part.observed.n_acked for part in parts)
    calibration = _farthest(parts)
    extrapolated = any(part.is_extrapolated for part in parts)
    enough = n_acked >= estimates.ENOUGH_FOR_P90
    seen, then = _joined(parts, "none"), _replayed(parts)
    now = _joined(parts, calibration.predictor)
    within = _interval(parts, calibration, n_acked, extrapolated=extrapolated)
    p50, p90 = _at(now, 0.5), _at(now, 0.9)
    p90_replayed, p90_observed = _at(then, 0.9), _at(seen, 0.9)
    unsaid = np.nan if extrapolated else 1.0
    few = 1.0 if enough else np.nan
    return {
        "n": n,
        "n_acked": n_acked,
        "n_open": sum(int(part.observed.paths.is_open.sum()) for part in parts),
        "p50_observed": _at(seen, 0.5),
        "p50_replayed": _at(then, 0.5),
        "p50": p50 * unsaid,
        "p90_observed": p90_observed * few,
        "p90_replayed": p90_replayed * few,
        "p90": p90 * unsaid * few,
        # Logarithms round, and an interval holds its value.
        "p90_low": float(np.fmin(max(np.expm1(within.low), 0.0), p90 * unsaid)) * few,
        "p90_high": float(np.fmax(np.expm1(within.high), p90 * unsaid)) * few
        if np.isfinite(within.high)
        else np.nan,
        "change": _more(p90, p90_replayed) * unsaid * few,
        "acked_observed": n_acked / n if n else np.nan,
        "acked_replayed": sum(part.present.acked for part in parts) / n if n else np.nan,
        "acked": sum(part.changed.acked for part in parts) / n * unsaid if n else np.nan,
        "night_pages_observed": sum(part.observed.night_pages for part in parts),
        "night_pages_replayed": sum(part.present.night_pages for part in parts),
        "night_pages": sum(part.changed.night_pages for part in parts) * unsaid,
        "ran_out_replayed": _share(parts, [part.present.ran_out for part in parts]),
        "ran_out": _share(parts, [part.changed.ran_out for part in parts]) * unsaid,
        "cut_off": sum(part.cut_off for part in parts),
        "distance": calibration.distance,
        "predictor": calibration.predictor,
        "backtest": calibration.error,
        "n_backtests": calibration.n,
        "extrapolated": extrapolated,
    }


def _farthest(parts: Sequence[Part]) -> Calibration:
    """The calibration that widens most; the replay is used where the parts differ."""
    every = [part.calibration for part in parts]
    if not every:
        return Calibration(1.0, "replay", 0.0, np.nan, 0)
    widest = max(every, key=lambda each: each.widened)
    alike = {each.predictor for each in every} == {widest.predictor}
    return widest if alike else widest._replace(predictor="replay")


def _interval(
    parts: Sequence[Part], calibration: Calibration, n_acked: int, *, extrapolated: bool
) -> Bounds:
    """The interval of the P90, as logarithms; of an extrapolation, with all predictions in it."""
    found = {name: bounds(_joined(parts, name), n_acked) for name in PREDICTORS}
    chosen = found[calibration.predictor]
    others = [each.value for each in found.values()] if extrapolated else [chosen.value]
    is_endless = any(part.is_endless for part in parts)
    return Bounds(
        chosen.value,
        min(chosen.low - calibration.widened, *others),
        np.nan if is_endless else max(chosen.high + calibration.widened, *others),
    )


def _joined(parts: Sequence[Part], predictor: str) -> Sample:
    return _together([part.predicted[predictor] for part in parts])


def _replayed(parts: Sequence[Part]) -> Sample:
    present = [part.present for part in parts]
    return _together(
        [Sample(each.to_ack, np.full(each.to_ack.size, each.weight)) for each in present]
    )


def _together(samples: Sequence[Sample]) -> Sample:
    return (
        Sample(*(np.concatenate([np.empty(0), *each]) for each in zip(*samples, strict=True)))
        if samples
        else Sample(np.empty(0), np.empty(0))
    )


def _at(sample: Sample, q: float) -> float:
    return float(quantiles(sample, (q,))[0]) if sample.seconds.size else np.nan


def _share(parts: Sequence[Part], shares: Sequence[float]) -> float:
    n = [part.observed.n for part in parts]
    return float(np.average(shares, weights=n)) if sum(n) else np.nan


def _more(value: float, reference: float) -> float:
    """The relative increase as a share; NaN if the reference is missing."""
    return value / reference - 1 if reference > 0 else float("nan")
