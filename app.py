"""The ASGI application: `streamlit run app.py` finds `app`. No drawing here."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from corvana.config import load_settings
from corvana.ui.data import forget
from corvana.ui.loading import load
from corvana.ui.own_address import tell_streamlit
from corvana.ui.script_errors import show_reference
from corvana.ui.stream import StreamGate
from corvana.ui.watching import log_lines, page_runs
from corvana.web import make_lifespan, middleware, routes

log_lines.unify(load_settings())
tell_streamlit(load_settings())
page_runs.watch()
app = st.App(
    Path(__file__).resolve().parent / "corvana" / "ui" / "router.py",
    routes=routes,
    middleware=[*middleware, Middleware(StreamGate)],
    lifespan=make_lifespan(lambda: st.get_option("server.address"), load, forget),
    on_script_error=show_reference,
)

if __name__ == "__main__":
    app.run()
