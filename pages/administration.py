"""Who may see what: engagements, their members, and what was done. No client's data is here."""

import streamlit as st

from corvana.ui.access import require_administrator
from corvana.ui.administration import deletions, engagements, people, trail

require_administrator()
st.title("Who may see what?", anchor=False)
st.markdown(
    "An engagement is the assessment of one client. Only its members see what was collected. "
    "Administrators see it only when they are members, too."
)
engagement = engagements.choose()
left, right = st.columns(2, gap="large")
with left:
    st.header("Members", anchor=False)
    people.members_of(engagement.id)
with right:
    st.header("Groups of the sign-in provider", anchor=False)
    people.groups_of(engagement.id)
st.header("This engagement", anchor=False)
engagements.state(engagement)
left, right = st.columns(2, gap="large")
with left:
    st.header("New engagement", anchor=False)
    engagements.create()
with right:
    st.header("Administrators", anchor=False)
    people.administrators()
st.header("Deletions", anchor=False)
deletions.draw()
st.header("What was done", anchor=False)
trail.draw()
