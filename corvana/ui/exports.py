"""The exports: a file is made only when a reader asks for it."""

import streamlit as st

from corvana.evidence.pack import evidence_zip
from corvana.questions.view import View
from corvana.report.document import report_html
from corvana.ui import downloads
from corvana.ui.access import Access


def report(view: View, label: str, icon: str) -> None:
    """Draw the button for the report, which opens without Corvana and names no person."""
    downloads.of_account(
        label,
        lambda: report_html(view),
        file_name="corvana-report.html",
        mime="text/html",
        icon=icon,
    )


def offer(view: View, access: Access) -> None:
    """Draw the buttons for the report and the evidence pack, for readers who may export."""
    if not access.may_export:
        return
    with st.container(horizontal=True, key="exports"):
        report(view, "Download report", ":material/download:")
        downloads.of_account(
            "Download evidence pack",
            lambda: evidence_zip(view),
            file_name="corvana-evidence.zip",
            mime="application/zip",
            icon=":material/folder_zip:",
        )
    st.caption(
        "The report is one file to pass on; it names nobody. The evidence pack holds every table, "
        "the findings and the method, with people as codes: keep it within the assessment."
    )
