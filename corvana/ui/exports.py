"""The exports: the report and the evidence pack."""

import streamlit as st

from corvana.questions.view import View
from corvana.ui import downloads
from corvana.ui.access import Access
from corvana.web import files


def report(view: View, access: Access, label: str) -> None:
    """Draw the link to the report, which opens without Corvana and names no person."""
    downloads.of_account(label, files.REPORT.of(view), access)


def offer(view: View, access: Access) -> None:
    """Draw the links to the report and the evidence pack, for readers who may take them."""
    if not access.may_take_report:
        return
    with st.container(horizontal=True, key="exports"):
        report(view, access, "Download report")
        downloads.of_account("Download evidence pack", files.EVIDENCE.of(view), access)
    if not access.may_export:
        st.caption("The report is one file to pass on; it names nobody.")
        return
    st.caption(
        "The report is one file to pass on; it names nobody. The evidence pack holds every table, "
        "the findings and the method, with people as codes: keep it within the assessment."
    )
