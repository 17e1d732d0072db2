"""What stands out, what it costs, how sure that is, and what it rests on."""

import streamlit as st

from corvana.analysis import wording
from corvana.analysis.answers import findings as words
from corvana.analysis.findings.registry import kind_of
from corvana.charts.findings import plot_ledger
from corvana.ui import components, evidence, exports, findings
from corvana.ui.access import require_access
from corvana.ui.cards.findings import finding_cards
from corvana.ui.data import current_snapshot
from corvana.ui.figures import draw_once
from corvana.ui.filters import time_zone

access = require_access()
snapshot = components.header(
    "Where is the response process stuck?", current_snapshot(access), access
)
if not findings.is_analysed(snapshot):
    findings.follow_later(snapshot, "Findings")
    st.stop()

zone = time_zone()
names = evidence.names(snapshot)
found = findings.listed(snapshot)
components.tell(words.answer(found, names))
components.method("Findings")
opened = findings.opened(found)
if opened is not None:
    kind, where = kind_of(opened.kind), words.where(opened, names)
    ledger = findings.summary(found, names)
    chart, table = st.tabs(["Chart", "Table"])
    with chart:
        components.chart(
            draw_once(plot_ledger, ledger, words.key(opened)), key="findings-ledger", table=ledger,
            caption=f"Avoidable time a month, {findings.basis(snapshot)}. Click a bar to open it.",
            filters_by=findings.OPENED,
        )  # fmt: skip
    with table:
        findings.choose(ledger, words.key(opened))

    st.subheader(words.title(opened, names), anchor=False, divider="gray")
    components.tell(wording.plain(kind.sentence(opened, names)))
    components.cards(finding_cards(opened))
    findings.draw(evidence.figures(snapshot, opened, where, zone))
    left, right = st.columns(2, gap="large")
    with left:
        components.tell(f"**How sure we are.** {wording.plain(words.how_sure(opened))}")
        st.markdown(f"**What to do.** {wording.plain(kind.advice)}.")
        st.markdown(f"**The setting to look at.** {wording.plain(kind.setting)}.")
        components.method(kind.title)
    with right:
        st.markdown("**What would change this**")
        components.tell("\n".join(f"- {wording.plain(one)}" for one in words.would_change(opened)))
    findings.rows(snapshot, opened)
findings.not_found(snapshot, found)
exports.offer(snapshot, access)
