"""The client's logo: shown, uploaded and removed."""

import base64
from typing import Final

import streamlit as st

from corvana.assessment import logo
from corvana.errors import ChangedMeanwhile, NotFound, PictureRefused
from corvana.store.models.written import Logo
from corvana.store.written import revised
from corvana.store.written import settings as written
from corvana.ui import process
from corvana.ui.access import Access
from corvana.ui.assessment import audited
from corvana.ui.assessment.rights import may_write

_FAULT: Final = "settings_logo_fault"
_HEIGHT: Final = 56


def draw(access: Access) -> None:
    """Draw the logo, and for assessors what can be done about it."""
    present = written.logo(process.engine(), access.engagement_id)
    if present is not None and not present.content:
        st.caption("The logo cannot be opened.")
    elif present is not None:
        st.html(_image(present))
    elif not access.may_change:
        st.caption("No logo.")
    if not access.may_change:
        return
    key = f"settings logo {access.engagement_id} {present.revision if present else 0}"
    st.file_uploader(
        "Another logo" if present else "Logo",
        type=["png", "jpg", "jpeg"],
        key=key,
        max_upload_size=2,
        on_change=_upload,
        args=(access, present, key),
        help="PNG or JPEG, at most 2 MB. It is drawn anew: only its pixels are kept, at most "
        "1,200 wide and 200 kB.",
    )
    if present is not None:
        st.button("Remove logo", on_click=_remove, args=(access, present))
    fault = st.session_state.get(_FAULT)
    if fault:
        st.error(f"Not saved: {fault}.", icon=":material/error:")


def _upload(access: Access, present: Logo | None, key: str) -> None:
    uploaded = st.session_state.get(key)
    st.session_state.pop(_FAULT, None)
    if uploaded is None or not may_write(access):
        return
    try:
        picture = logo.drawn_anew(uploaded.getvalue())
        written.save_logo(
            process.engine(), access.engagement_id, picture, over=present, by=access.by
        )
    except PictureRefused as error:
        st.session_state[_FAULT] = str(error)
    except ChangedMeanwhile:
        st.session_state[_FAULT] = "somebody else changed the logo meanwhile; this one is theirs"
    except NotFound:
        st.session_state[_FAULT] = "PagerDuty was disconnected meanwhile"
    else:
        audited.note(access, "settings changed", "logo saved")


def _remove(access: Access, present: Logo) -> None:
    st.session_state.pop(_FAULT, None)
    if not may_write(access):
        return
    try:
        revised.remove(process.engine(), present)
    except ChangedMeanwhile:
        st.session_state[_FAULT] = "somebody else changed the logo meanwhile; this one is theirs"
    else:
        audited.note(access, "settings changed", "logo removed")


def _image(present: Logo) -> str:
    # The content was written by `assessment.logo`, and the type is one of its two.
    content = base64.b64encode(present.content).decode()
    return (
        f'<img src="data:{present.media_type};base64,{content}" alt="The client\'s logo" '
        f'style="height:{_HEIGHT}px;max-width:100%;object-fit:contain;background:#ffffff;'
        f'padding:6px;border-radius:6px">'
    )
