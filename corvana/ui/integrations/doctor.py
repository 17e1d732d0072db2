"""“I don't see any data”: the doctor's report on the card, and the button that asks PagerDuty."""

from collections.abc import Callable, Sequence
from typing import Final

import streamlit as st

from corvana.analysis import wording
from corvana.doctor import gathering
from corvana.doctor.collection import is_overdue
from corvana.doctor.facts import Check, LiveFacts, Part, State
from corvana.doctor.network import DEADLINE_SECONDS
from corvana.doctor.report import STATES, Report, diagnose
from corvana.ui import process
from corvana.ui.controls.clock import now_utc

_ASKED: Final = "doctor_asked"
_KEY: Final = "doctor"

# The icon and the word of the state replace the bullet.
_STYLE: Final = """
<style>
.st-key-doctor ul{list-style:none;margin-left:0;padding-left:0}
.st-key-doctor li{margin-left:0;padding-left:1.35rem;text-indent:-1.35rem}
.st-key-doctor li *{text-indent:0}
</style>
"""
_CURED_ANEW: Final = frozenset({"token", "scope", "role", "region"})
_PARTS: Final[dict[Part, str]] = {
    "access": "Connection to PagerDuty",
    "reading": "What is read",
    "collection": "Collection",
}
_ICONS: Final[dict[State, str]] = {
    "ok": ":green[:material/check_circle:]",
    "waiting": ":orange[:material/hourglass_top:]",
    "problem": ":red[:material/error:]",
    "skipped": ":gray[:material/remove_circle_outline:]",
}
_NOTE: Final = ":gray[:material/info:]"


def panel(connection_id: str, reconnect: Callable[[], None] | None = None) -> None:
    """Draw the report, closed unless data is overdue; PagerDuty is asked only on demand.

    `reconnect` draws the link to connect again, for the case that the access fails.
    """
    stored = gathering.stored_facts(process.settings(), connection_id, now_utc())
    with (
        st.expander(
            "I don't see any data", icon=":material/stethoscope:", expanded=is_overdue(stored)
        ),
        st.container(key=_KEY),
    ):
        st.html(_STYLE)
        st.fragment(_examination)(connection_id, reconnect)


def _examination(connection_id: str, reconnect: Callable[[], None] | None) -> None:
    pressed = st.button("Check the connection", icon=":material/network_check:")
    if pressed:
        with st.spinner(f"Asking PagerDuty, {DEADLINE_SECONDS:.0f} s at most", show_time=True):
            heard = gathering.live_facts(process.settings(), connection_id)
        st.session_state[_ASKED] = (connection_id, now_utc(), heard)
    now = now_utc()
    asked, live = _last_answer(connection_id)
    report = diagnose(
        connection_id, gathering.stored_facts(process.settings(), connection_id, now), live
    )
    st.caption(asked)
    _verdict(report)
    decisive = report.decisive
    if reconnect and decisive and decisive.state == "problem" and decisive.key in _CURED_ANEW:
        reconnect()
    for part, heading in _PARTS.items():
        st.markdown(f"### {heading}")
        st.markdown(_list([check for check in report.checks if check.part == part]))
    if report.notes:
        st.markdown("### Worth knowing")
        st.markdown("\n".join(f"- {_NOTE} {wording.plain(note)}" for note in report.notes))


def _last_answer(connection_id: str) -> tuple[str, LiveFacts | None]:
    """The last reply of PagerDuty about the connection in this session, and its time."""
    remembered = st.session_state.get(_ASKED)
    if remembered is None or remembered[0] != connection_id:
        return "From what is stored; the button also asks PagerDuty.", None
    _, at, live = remembered
    return f"PagerDuty was asked {wording.ago(at, now_utc())}.", live


def _verdict(report: Report) -> None:
    decisive, data_check = report.decisive, report.checks[-1]
    if data_check.state == "problem" and data_check is not decisive:
        st.markdown(f"**{wording.plain(data_check.sentence)}** First of all:")
    if decisive is None:
        st.success(f"**{report.verdict}** {report.next_step}", icon=":material/check_circle:")
        return
    found = f"**{decisive.name}: {wording.plain(decisive.sentence)}**"
    words = f"{found}  \nNext step: {report.next_step}"
    if decisive.state == "problem":
        st.warning(words, icon=":material/error:")
    else:
        st.info(words, icon=":material/hourglass_top:")


def _list(checks: Sequence[Check]) -> str:
    """Return a Markdown list; all parts that were read without problems share one line."""
    read = [check for check in checks if check.part == "reading" and check.state == "ok"]
    lines = [_line(check) for check in checks if check not in read]
    if read:
        names = ", ".join(wording.plain(check.name.lower()) for check in read)
        lines.append(f"- {_ICONS['ok']} {STATES['ok']} · **Read without trouble:** {names}")
    return "\n".join(lines)


def _line(check: Check) -> str:
    return (
        f"- {_ICONS[check.state]} {STATES[check.state]} · **{wording.plain(check.name)}:** "
        f"{wording.plain(check.sentence)}"
    )
