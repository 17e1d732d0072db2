"""How a page of the application prints: without the sidebar and without what only a mouse can use.

Streamlit prints a page at its full height and fits charts and tables to the paper. What it leaves
on the paper is hidden here: navigation, filters, buttons, links to files, and closed sections. The
chips stay, because they say what is selected.
"""

from typing import Final

import streamlit as st

_HIDDEN: Final = (
    *("stSidebar", "stSidebarCollapsedControl", "stExpandSidebarButton", "stHeader", "stToolbar"),
    *("stStatusWidget", "stToast", "stButton", "stFormSubmitButton", "stLinkButton", "stPageLink"),
    *("stPopover", "stButtonGroup", "stSelectbox", "stMultiSelect", "stDateInput"),
    *("stDateTimeInput", "stTimeInput", "stTextInput", "stNumberInput", "stSlider"),
    *("stCheckbox", "stRadio", "stTooltipIcon"),
)
"""Parts of Streamlit's pages by their test id."""

_ALSO_HIDDEN: Final = (
    ".st-key-clear_all",
    ".st-key-ways_out",
    ".st-key-active_filters [data-testid=stIconMaterial]",
    "[data-testid=stTabs] [role=tablist]",
    ".corvana-download",
    ".corvana-action",
    ".corvana-quiet",
    ".st-key-filters",
    ".st-key-exports",
    ".st-key-walkthrough-controls",
    ".st-key-walkthrough-keep",
    "[data-testid=stExpander]:not(:has(details[open]))",
)

_NOT_ON_PAPER: Final = ",".join((*(f"[data-testid={one}]" for one in _HIDDEN), *_ALSO_HIDDEN))

_STYLE: Final = f"""
<style>
@page{{size:A4;margin:14mm}}
@media print{{
{_NOT_ON_PAPER}{{display:none!important}}
.st-key-active_filters [data-testid=stButton]{{display:block!important}}
[data-testid=stMainBlockContainer]{{padding:0!important;max-width:none!important}}
[data-testid=stMetric],[data-testid=stImage],.js-plotly-plot,
[data-testid=stVerticalBlock][class*=border],tr{{break-inside:avoid}}
[data-testid=stElementContainer]:has(>[data-testid=stHeading]){{break-after:avoid}}
*{{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
}}
</style>
"""


def prepare_paper() -> None:
    """Draw the style of printed pages; it takes no place on the screen."""
    st.html(_STYLE)
