"""What is kept of an account, why, what is dropped, and how much is held right now."""

import streamlit as st

from corvana.evidence import privacy_ledger
from corvana.ui import downloads, privacy
from corvana.ui.access import require_access
from corvana.web import files, general_files

access = require_access()
kept, dropped, held = privacy_ledger.kept(), privacy.dropped(), privacy.held(access)

st.title("What do you keep of our account?", anchor=False)
st.markdown(
    f"**{len(kept)} fields of structure are kept; incident text is never stored.** PagerDuty "
    "cannot leave fields out of an answer, so titles, names and addresses do arrive. The parser "
    "knows only the fields below and skips everything else before it becomes a value. So it cannot "
    "reach a table, a log or an error message."
)

st.header("Fields kept, and why", anchor=False)
st.dataframe(kept, hide_index=True, height=420)
downloads.link("Download CSV", files.general_address(general_files.PRIVACY_LEDGER))
st.caption(
    "This table is generated from the parser's own declarations, so it lists every field kept. "
    "*Used for* names the reader of a field; a test checks it in the code. Fields *not used yet* "
    "have no reader so far. Labels of services, business services, policies, "
    "schedules, teams and priorities are the only free text; one that is itself an e-mail address "
    "or a telephone number is kept as kind and code. Of the account itself its id, "
    "subdomain and service region are kept, from the proof of identity."
)

st.header("Content that arrives and is dropped", anchor=False)
st.table(dropped.set_index("Request"))

st.header("Written by the assessor", anchor=False)
st.markdown(
    "Nothing here comes from PagerDuty. It belongs to the engagement, is deleted with the "
    "connection, and is counted on the receipt."
)
st.table(privacy_ledger.written().set_index("What"))

st.header("How people become codes", anchor=False)
st.markdown(
    "A person's PagerDuty id is replaced by a keyed code (HMAC-SHA256) before anything is stored. "
    "The key belongs to this one connection, lies encrypted in the vault and is destroyed on "
    "disconnect: the same person in another engagement has another code. No name, address or "
    "picture of them is kept.\n\n"
    "People are **pseudonymous, never anonymous**: a person who knows the rota can tell who was on "
    "call at a given hour. Treat results about single responders as personal data."
)

st.header("Who can take files away", anchor=False)
st.markdown(
    "Assessors of the engagement can download files. Viewers can download the report alone, if the "
    "engagement allows it. What is on a screen can be copied by everybody who sees it."
)

st.header("Rows held right now", anchor=False)
if held is None:
    st.info("Nothing: no account is connected to this engagement.", icon=":material/inbox:")
else:
    st.dataframe(
        held,
        hide_index=True,
        height="content",
        column_config={"Rows": st.column_config.NumberColumn(format="localized")},
    )
    st.caption("Rows of this connection, counted now. Disconnect deletes them all.")
st.page_link(
    "../../pages/integrations.py",
    label="Connect or disconnect on Integrations",
    icon=":material/power:",
)
