"""How every number is computed, where it differs from others' and what the data cannot say."""

import streamlit as st

from corvana.analysis.findings.registry import KINDS
from corvana.analysis.method import chapters, columns, differences
from corvana.ui import downloads
from corvana.ui.access import require_access
from corvana.web import files, general_files

access = require_access()
st.title("How is this computed?", anchor=False)
st.markdown(
    "Everything below is the documentation of the code that computes it. Intervals are 95 %; what "
    "the data cannot tell is left open. **Goes together is not cause:** findings say where to look."
)
downloads.link("Download as Markdown", files.general_address(general_files.METHOD))

st.header("Where our numbers differ", anchor=False)
st.table(
    [
        {"Metric": row.metric, "Here": row.ours, "PagerDuty": row.pagerduty, "Others": row.others}
        for row in differences.DIFFERENCES
    ],
    hide_index=True,
)

for chapter in chapters(KINDS):
    st.header(chapter.title, anchor=False)
    for section in chapter.sections:
        with st.expander(section.title):
            st.markdown(section.text)

st.header("Columns of incidents.csv", anchor=False)
described = {**columns.INCIDENTS, **columns.TARGETS}
st.dataframe(
    {"Column": list(described), "Meaning": list(described.values())},
    hide_index=True,
    height=360,
)
