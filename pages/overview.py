"""The account in one screen: how it stands, what is stuck, the numbers, and the data."""

import streamlit as st

from corvana.ui import components, evidence, findings, period, scorecard
from corvana.ui.access import require_access
from corvana.ui.data import current_snapshot

access = require_access()
snapshot = components.header("How well are incidents answered?", current_snapshot(access), access)
answer = st.empty()
if findings.is_analysed(snapshot):
    scorecard.draw(scorecard.scores(snapshot))
    findings.foremost(findings.listed(snapshot), evidence.names(snapshot))
else:
    findings.follow_later(snapshot, "The scorecard and the findings")
st.subheader("The numbers of a period", anchor=False)
period.draw(snapshot, answer)
