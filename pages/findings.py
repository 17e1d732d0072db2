"""What stands out, what it costs, how sure that is, and what it rests on."""

import streamlit as st

from corvana.analysis import wording
from corvana.analysis.answers import findings as words
from corvana.analysis.findings.assumptions import sentence
from corvana.analysis.findings.registry import kind_of
from corvana.charts.findings import plot_ledger
from corvana.questions import findings, tables
from corvana.questions.labels import subjects
from corvana.ui import captions, components, exports
from corvana.ui.access import require_access
from corvana.ui.assessment import finding_decision, timeline
from corvana.ui.cards.findings import finding_cards
from corvana.ui.controls.active_filters import chips_elsewhere
from corvana.ui.controls.filters import time_zone
from corvana.ui.data import current_view
from corvana.ui.figures import draw_once
from corvana.ui.sections import finding_figures, page_header
from corvana.ui.sections import findings as shown

access = require_access()
view = page_header.header(
    "Where is the response process stuck?", current_view(access), access, tells_findings=True
)
chips_elsewhere(view, captions.FINDINGS_FILTERS)
if not findings.is_analysed(view):
    shown.follow_later(view, "Findings")
    st.stop()

zone = time_zone()
names = subjects(view)
found = findings.listed(view)
components.tell(words.answer(found, names, findings.alone(view)))
components.method("Findings")
opened = shown.opened(found)
if opened is not None:
    shown.lead_to(opened, names)
    kind = kind_of(opened.kind)
    ledger = findings.summary(found, names)
    chart, table = st.tabs(["Chart", "Table"])
    with chart:
        components.chart(
            draw_once(plot_ledger, ledger, words.key(opened)),
            key="findings-ledger",
            table=tables.LEDGER.of(view),
            caption=f"Avoidable time a month, {shown.basis(view)}. Click a bar to open it.",
            filters_by=shown.OPENED,
        )
    with table:
        shown.choose(ledger, words.key(opened))

    title = wording.plain(words.title(opened, names))
    st.header(title, anchor=shown.EVIDENCE, divider="gray")
    components.tell(wording.plain(sentence(opened, names)))
    components.cards(finding_cards(opened))
    finding_decision.draw(view, access, words.key(opened), opened)
    finding_figures.draw(view, opened, zone)
    left, right = st.columns(2, gap="large")
    with left:
        components.tell(f"**How sure we are.** {wording.plain(words.how_sure(opened))}")
        components.tell(f"**What to do.** {wording.plain(findings.advice(view, opened))}")
        st.markdown(f"**The setting to look at.** {wording.plain(kind.setting)}.")
        components.method(kind.title)
        timeline.of_finding(view, words.key(opened))
    with right:
        st.markdown("**What would change this**")
        components.tell("\n".join(f"- {wording.plain(one)}" for one in words.would_change(opened)))
    shown.rows(view, opened)
shown.not_found(view, found)
exports.offer(view, access)
