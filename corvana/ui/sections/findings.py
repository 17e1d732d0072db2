"""The findings page: the findings ledger, one finding, and the rows behind it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd
import streamlit as st

from corvana.analysis import wording
from corvana.analysis.answers import findings as words
from corvana.analysis.findings.assumptions import sentence
from corvana.analysis.findings.kind import Finding
from corvana.analysis.findings.registry import KINDS, kind_of
from corvana.questions.findings import advice, behind, tests
from corvana.questions.readable import evidence
from corvana.questions.tables import FINDING_ROWS
from corvana.questions.view import View
from corvana.ui import components

OPENED: Final = "finding"
"""The URL parameter with the key of the finding shown; in the session, the key that a click on a
bar sets."""

EVIDENCE: Final = "evidence"
"""The place on the page where the finding that is shown begins."""

PAGE: Final = "../../pages/findings.py"
_TABLE: Final = "findings-table"


def basis(view: View) -> str:
    """Return a sentence on the data of the findings, which may be older than the newest data."""
    until = view.analysed_as_of or view.as_of
    return f"of everything collected, {wording.span(view.since, until, year=True)}"


def follow_later(view: View, what: str) -> None:
    """Tell the reader when the results of the data will be available."""
    when = (
        "follow by themselves when the collection is complete: they need all of the period"
        if view.status == "collecting"
        else "are made at the end of the next collection"
    )
    st.info(f"**{what}** {when}.", icon=":material/hourglass_top:")
    if view.status == "collecting":
        st.skeleton(height=120)


def opened(found: Sequence[Finding]) -> Finding | None:
    """Return the finding that was clicked, else the URL's, else the first one."""
    clicked = st.session_state.pop(OPENED, None)
    if clicked:
        st.query_params[OPENED] = clicked[0]
    wanted = st.query_params.get(OPENED)
    by_key = {words.key(one): one for one in found}
    # Always draw the container, also without a notice: otherwise a notice would reset the tabs
    # below.
    notice = st.container()
    if wanted and wanted not in by_key:
        notice.info(
            "The finding of this link is not in the ledger any more: it was resolved, or newer "
            "data no longer shows it. Below is the first of those there are.",
            icon=":material/history:",
        )
    first = next(iter(words.foremost(found, 1)), None)
    return by_key.get(wanted or "", first)


def lead_to(finding: Finding, names: Mapping[str, str]) -> None:
    """Draw a link to the finding shown, which lies below the chart, mostly out of sight."""
    st.markdown(f"Opened below: [{wording.plain(words.title(finding, names))}](#{EVIDENCE})")


def choose(ledger: pd.DataFrame, chosen: str) -> None:
    """Draw the findings ledger as a table; the chosen finding is marked, and another can be
    chosen."""
    row = int(ledger["key"].eq(chosen).argmax())
    st.session_state[_TABLE] = {"selection": {"rows": [row], "columns": [], "cells": []}}
    seconds = ledger["avoidable_minutes_per_month"] * 60
    st.dataframe(
        pd.DataFrame(
            {
                "Finding": ledger["title"],
                "Where": ledger["where"],
                "Avoidable a month": seconds.where(seconds > 0).map(wording.duration),
                "Kind of time": ledger["minutes"],
                "Certainty": ledger["sure"],
                "Effect (95 % interval)": ledger["effect"],
                "n": ledger["n"],
                "Setting to look at": ledger["setting"],
            }
        ),
        hide_index=True,
        key=_TABLE,
        on_select=_open_row(ledger["key"].tolist()),
        selection_mode="single-row-required",
        alt="All findings, largest first. Choose a row to open it below.",
    )
    _listed(ledger)


@st.fragment
def _listed(ledger: pd.DataFrame) -> None:
    """Draw a link to each finding. The cells of a table are a picture, in which a screen reader
    finds no link."""
    listed = st.expander(
        f"Links to these findings ({wording.count(len(ledger))})",
        type="compact",
        icon=":material/list:",
        key="findings-links",
        on_change="rerun",
    )
    if not listed.open:
        return
    with listed:
        for key, where, title in ledger[["key", "where", "title"]].itertuples(index=False):
            st.page_link(PAGE, label=wording.plain(f"{where}: {title}"), query_params={OPENED: key})


def rows(view: View, finding: Finding) -> None:
    """Draw the rows behind a finding; the file holds all of them, in UTC."""
    shown, total = behind(view, finding)
    components.rows(
        lambda: evidence(view, kind_of(finding.kind), shown),
        FINDING_ROWS.of(view, words.key(finding)),
        total,
        "finding",
        "The rows behind this",
    )


def not_found(view: View, found: Sequence[Finding]) -> None:
    """Draw the tests without a finding; they are computed only when the reader opens them."""
    seen = {one.kind for one in found}
    absent = [kind for kind in KINDS if kind.name not in seen]
    if not absent:
        return
    label = f"Looked for and not found ({wording.count(len(absent))} of {len(KINDS)} kinds)"
    section = st.expander(label, on_change="rerun", key="findings-not-found")
    if section.open:
        section.markdown(
            "\n".join(
                f"- **{kind.title}**: {words.looked_at(tests(view, kind.name))}." for kind in absent
            )
        )


def foremost(view: View, found: Sequence[Finding], labels: Mapping[str, str]) -> None:
    """Draw the three most important findings, each with a link to its evidence."""
    if not found:
        return
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        st.header("Biggest problems", anchor=False, width="content")
        many = f"All {wording.count(len(found))}" if len(found) > 1 else "All"
        st.page_link(PAGE, label=f"{many} findings", icon=":material/search_insights:")
    with st.grid(3, min_column_width=260):
        for one in words.foremost(found):
            with st.container(border=True, height="stretch", gap="xsmall"):
                st.markdown(f"**{wording.plain(words.title(one, labels))}**")
                st.markdown(
                    wording.unbroken(f"{words.worth(one)} · *{words.certainty(one)}*"),
                    help=wording.plain(words.how_sure(one)),
                )
                components.tell(f":small[{wording.plain(sentence(one, labels))}]")
                what = wording.plain(advice(view, one))
                components.tell(f":small[**What to do:** {what}]")
                st.page_link(
                    PAGE,
                    label="See the evidence",
                    icon=":material/arrow_forward:",
                    query_params={OPENED: words.key(one)},
                )


def _open_row(keys: Sequence[str]) -> Any:
    def chosen() -> None:
        state: Any = st.session_state.get(_TABLE)
        picked = state["selection"]["rows"] if state else []
        if picked:
            st.query_params[OPENED] = keys[picked[0]]

    return chosen
