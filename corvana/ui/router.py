"""The script behind app.py: it checks access first, then offers the permitted pages."""

import streamlit as st

from corvana.ui import engagement, printing
from corvana.ui.access import require_access, require_visitor
from corvana.ui.integrations import notices
from corvana.ui.word_mark import ICON, TITLE, word_mark

st.set_page_config(page_title=TITLE, page_icon=ICON, layout="wide")
word_mark()

_OF_AN_ENGAGEMENT = {
    "": [
        st.Page(
            "../../pages/overview.py",
            title="Overview",
            icon=":material/insights:",
            default=True,
        ),
        st.Page("../../pages/findings.py", title="Findings", icon=":material/search_insights:"),
        st.Page("../../pages/teams.py", title="Teams", icon=":material/groups:"),
        st.Page("../../pages/response.py", title="Response", icon=":material/timer:"),
        st.Page("../../pages/escalations.py", title="Escalations", icon=":material/stairs_2:"),
        st.Page("../../pages/on_call.py", title="On-call", icon=":material/schedule:"),
        st.Page("../../pages/dependencies.py", title="Dependencies", icon=":material/hub:"),
        st.Page("../../pages/walkthrough.py", title="Walkthrough", icon=":material/slideshow:"),
    ],
    "Assessment": [
        st.Page("../../pages/register.py", title="Register", icon=":material/checklist:"),
        st.Page("../../pages/settings.py", title="Settings", icon=":material/tune:"),
        st.Page("../../pages/targets.py", title="Targets", icon=":material/flag:"),
        st.Page(
            "../../pages/what_changed.py", title="What changed?", icon=":material/compare_arrows:"
        ),
        st.Page("../../pages/timeline.py", title="Timeline", icon=":material/timeline:"),
    ],
    "Setup": [
        st.Page("../../pages/integrations.py", title="Integrations", icon=":material/power:"),
        st.Page("../../pages/method.py", title="Method", icon=":material/function:"),
        st.Page("../../pages/privacy.py", title="Privacy", icon=":material/shield_person:"),
    ],
}
_OF_ADMINISTRATORS = {
    "People": [
        st.Page(
            "../../pages/administration.py",
            title="Administration",
            icon=":material/group:",
        )
    ]
}

visitor = require_visitor()
access = require_access() if visitor.roles else None
manages = visitor.is_administrator and visitor.person_id is not None
page = st.navigation(
    {
        **(_OF_AN_ENGAGEMENT if access else {}),
        **(_OF_ADMINISTRATORS if manages else {}),
    },
    # Otherwise Streamlit folds the last pages away, Integrations among them.
    expanded=True,
)
engagement.sidebar(visitor, access)
if page.url_path != "integrations":
    notices.forget()
printing.prepare_paper()
page.run()
