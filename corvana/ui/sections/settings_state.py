"""What figures and findings rest on at present, and where PagerDuty's hours are others."""

import streamlit as st

from corvana.analysis import wording
from corvana.analysis.answers import settings as words
from corvana.questions.assessment import settings as questions
from corvana.questions.view import View
from corvana.store.written.settings import Read
from corvana.ui import open_page
from corvana.ui.access import Access
from corvana.ui.assessment.who_wrote import who_wrote
from corvana.ui.controls.clock import when


def draw(access: Access, view: View | None, read: Read) -> None:
    """Draw what differs from the defaults, who saved it and when, and what is being worked out."""
    open_page.looks_at(access, view)
    differing = words.differing(read.settings)
    told = words.in_short(differing)
    st.caption(
        f"Figures rest on {wording.plain(told)}.{_who(read)}"
        if differing or read.revision
        else "Nothing is set: figures rest on the usual hours and norms."
    )
    if view is not None and view.version:
        findings(view)


def findings(view: View) -> None:
    """Draw on which settings the findings rest, where these are not the present ones."""
    if not view.rests_on_other_settings or view.analysed_as_of is None:
        return
    before = words.in_short(words.differing_basis(view.data.rests_on))
    now = words.in_short(words.differing_basis(view.settings.basis))
    coming = (
        "New ones are being worked out and appear here by themselves."
        if view.is_analysing
        else "The next collection works out new ones."
    )
    st.info(
        f"Findings and scores still rest on {wording.plain(before)}. "
        f"Set now: {wording.plain(now)}. {coming}",
        icon=":material/tune:",
    )


def beside_pagerduty(view: View | None, read: Read) -> None:
    """Draw where the hours differ from PagerDuty's."""
    parts = [words.beside_pagerduty(read.settings.basis.hours)]
    if view is not None and view.version:
        known = questions.support_hours(view)
        differing = sorted(known.loc[known["differs"], "service"])
        parts.append(words.beside_support_hours(differing, len(known)))
    st.caption(wording.plain(" ".join(part for part in parts if part)))


def _who(read: Read) -> str:
    if read.changed_at is None:
        return ""
    (who,) = who_wrote([read.changed_by])
    return f" Last saved by {wording.plain(who)} on {when(read.changed_at)}."
