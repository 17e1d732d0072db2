"""Links to files. A file is made by a route of ours when a reader asks for it.

Only readers who may take a file see its link; the route asks again.
"""

from html import escape
from typing import Any, Final

import pandas as pd
import streamlit as st

from corvana.questions.file import Asked
from corvana.ui import open_page
from corvana.ui.access import Access
from corvana.web import files

# Like Streamlit's own button, in the colours around it: the part of a page that opens above the
# rest does not say whether it is light or dark.
_STYLE: Final = """
<style>
.corvana-download,.corvana-download:visited{display:inline-flex;align-items:center;gap:.5rem;
min-height:2.5rem;padding:.25rem .75rem;border-radius:8px;line-height:1.6;color:inherit;
border:1px solid color-mix(in srgb,currentColor 20%,transparent);text-decoration:none}
.corvana-download:hover{border-color:currentColor;color:inherit;text-decoration:none}
.corvana-download:focus-visible{outline:3px solid #2f86cc;outline-offset:2px}
.corvana-download::before{content:"";width:1.15em;height:1.15em;background:currentColor;
mask:url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'%3E%3C\
path d='M11 4h2v8.2l3.3-3.3 1.4 1.4L12 16l-5.7-5.7 1.4-1.4 3.3 3.3zM5 18h14v2H5z'/%3E%3C/svg%3E")}
</style>
"""


def of_account(label: str, asked: Asked[Any], access: Access) -> None:
    """Draw the link to a file of the account, for readers who may take it."""
    is_report = asked.file is files.REPORT
    if access.may_take_report if is_report else access.may_export:
        link(label, files.address(access.engagement_id, asked))


def csv(table: Asked[pd.DataFrame]) -> None:
    """Draw the link to a table's file, for readers who may export."""
    access = open_page.access()
    if access is not None:
        of_account("Download CSV", table, access)


def rest_in_file() -> str:
    """Return the words that follow the number of rows shown, if the reader may take the others."""
    access = open_page.access()
    return "; the file holds all" if access is not None and access.may_export else ""


def link(label: str, address: str) -> None:
    """Draw a link that downloads.

    It has no `download` attribute: with it, a browser would save a refusal, or the sign-in page,
    as the file. The answer itself says that it is a file.
    """
    st.html(
        f"{_STYLE}<a class='corvana-download' href='{escape(address)}'>{escape(label)}</a>",
        width="content",
    )
