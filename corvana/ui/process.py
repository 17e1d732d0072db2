"""Objects that a process opens once for all sessions: settings, database, vault, cache."""

from datetime import datetime

import streamlit as st
from sqlalchemy import Engine

from corvana.config import Settings, load_settings
from corvana.questions.cache import Cache
from corvana.questions.opened import shared_cache
from corvana.store import clock
from corvana.store.engine import open_database
from corvana.store.vault import Vault
from corvana.versions.kept.places import kept_in


def settings() -> Settings:
    """The settings, read once."""
    return _settings()


@st.cache_resource(show_spinner=False)
def _settings() -> Settings:
    return load_settings()


@st.cache_resource(show_spinner=False)
def engine() -> Engine:
    """The database."""
    return open_database(load_settings().database_url)


def account_now() -> datetime:
    """The present time of the PagerDuty account: what "now" and "ago" of its data go by."""
    return clock.account_now(settings())


@st.cache_resource(show_spinner=False)
def vault() -> Vault:
    """The vault."""
    return Vault.of(settings())


def cache() -> Cache:
    """The cache of questions, with the prepared results; the routes of files read it, too."""
    return shared_cache(settings().versions, vault())


def is_store_away() -> bool:
    """Whether the object store of data versions could not be reached when it was last asked."""
    return kept_in(settings().versions).is_away
