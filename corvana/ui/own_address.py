"""The application's own address, told to Streamlit.

Without it Streamlit asks a third party on the internet for the address of this server, for each
request that names another origin. `.streamlit/config.toml` keeps it from asking when it starts.
"""

from urllib.parse import urlsplit

from streamlit import config

from corvana.config import Settings


def tell_streamlit(settings: Settings) -> None:
    """Set Streamlit's option `browser.serverAddress` to the host of the base URL."""
    host = urlsplit(settings.base_url).hostname
    config.set_option("browser.serverAddress", host, "CORVANA_BASE_URL")
