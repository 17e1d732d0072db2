"""The settings of the simulated account that can change: what is asked for, and its sentences."""

from typing import Final, Literal, NamedTuple

import streamlit as st

from corvana.analysis import wording
from corvana.web.simulated_account import Change, Choice, Setting, SimulatedAccount

_MOST_WEEKS: Final = 12
"""So many go by at once; more need another turn."""
_SETTINGS: Final[dict[Setting, str]] = {
    "first_level_delay": "the delay of a policy's first level",
    "rotation": "the rotation of a schedule",
    "auto_pause": "auto-pause of a service",
    "auto_resolve": "the auto-resolve timeout of a service",
}
_OF: Final[dict[Setting, str]] = {
    "first_level_delay": "Escalation policy",
    "rotation": "Schedule",
    "auto_pause": "Service",
    "auto_resolve": "Service",
}
_VALUES: Final[dict[Setting, tuple[int | None, ...]]] = {
    "first_level_delay": (1, 2, 3, 5, 10, 15, 20, 30, 45, 60),
    "rotation": (),
    "auto_pause": (None, 2, 3, 5, 10, 15),
    "auto_resolve": (None, 30, 60, 120, 240, 480, 720, 1440, 2880, 4320),
}
"""Minutes; None is off. PagerDuty offers these for auto-pause."""
_VALUE: Final[dict[Setting, str]] = {
    "first_level_delay": "Escalates after",
    "auto_pause": "Alerts wait",
    "auto_resolve": "Closes incidents after",
}


_OFFERED: Final[tuple[Setting | Literal["nothing"], ...]] = ("nothing", *_SETTINGS)
_NO_CHANGE: Final = (None, Choice(id="", name=""))


class Wish(NamedTuple):
    """What is asked for. `of` is what the change is of, as it was before."""

    change: Change | None
    of: Choice
    weeks: int

    @property
    def is_nothing(self) -> bool:
        """Whether neither a change nor time is asked for."""
        return self.change is None and not self.weeks


def ask(account: SimulatedAccount) -> Wish:
    """Draw the controls, and return what they ask for."""
    setting = st.selectbox(
        "Change first",
        _OFFERED,
        format_func=lambda one: "nothing" if one == "nothing" else _SETTINGS[one],
        key="simulated_setting",
    )
    change, of = _NO_CHANGE if setting == "nothing" else _changed(account, setting)
    weeks = st.number_input(
        "Weeks that go by",
        min_value=0,
        max_value=min(_MOST_WEEKS, account.weeks_left),
        value=min(2, account.weeks_left),
        key="simulated_weeks",
    )
    return Wish(change, of, int(weeks))


def _changed(account: SimulatedAccount, setting: Setting) -> tuple[Change | None, Choice]:
    choices = sorted(account.choices(setting), key=lambda one: one.name)
    of = st.selectbox(
        _OF[setting],
        choices,
        format_func=lambda one: described(setting, one),
        key=f"simulated_{setting}",
    )
    if of is None:
        return _NO_CHANGE
    if setting == "rotation":
        st.caption(
            "Everybody on the schedule and in the first line of its team then takes turns of one "
            "week, around the clock."
        )
        return Change(setting=setting, of=of.id), of
    values = [one for one in _VALUES[setting] if one != of.minutes]
    minutes = st.selectbox(
        _VALUE[setting], values, format_func=_length, key=f"simulated_{setting}_{of.id}"
    )
    return Change(setting=setting, of=of.id, minutes=minutes), of


def described(setting: Setting, choice: Choice) -> str:
    """Return the name with its present value: "Payments standard (now 30 min)"."""
    return (
        choice.name if setting == "rotation" else f"{choice.name} (now {_length(choice.minutes)})"
    )


def told(change: Change, before: Choice) -> str:
    """Return the sentence of a change that was made. `before`: what it is of, as it was."""
    name, after = wording.plain(before.name), _length(change.minutes)
    was = _length(before.minutes)
    if change.setting == "first_level_delay":
        return f"The first level of {name} now escalates after {after}; it was {was}."
    if change.setting == "rotation":
        return f"{name} now has turns of one week, around the clock, for everybody on it."
    if change.setting == "auto_pause":
        if change.minutes is None:
            return f"Auto-pause of {name} is now off."
        return f"Alerts of {name} now wait {after} before they open an incident."
    if change.minutes is None:
        return f"{name} now closes no incident by itself; before, it did so after {was}."
    closed = "it closed none" if before.minutes is None else f"it did so after {was}"
    return f"{name} now closes incidents after {after}; before, {closed}."


def _length(minutes: int | None) -> str:
    """Return "5 min" or "4 h", or "off"."""
    return "off" if minutes is None else wording.duration(minutes * 60)
