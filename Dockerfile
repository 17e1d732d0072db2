# One image for the web process and for workers. It holds no secrets: they come when it is started.
FROM python:3.11.13-slim-bookworm AS packages

WORKDIR /opt/corvana
COPY requirements.txt ./
RUN python -m venv .venv \
    && .venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes \
        -r requirements.txt

FROM python:3.11.13-slim-bookworm

# The same number in every container: data folders are for their owner alone.
RUN useradd --system --uid 10001 --home-dir /var/lib/corvana --shell /usr/sbin/nologin corvana \
    && install --directory --owner corvana --mode 0700 /var/lib/corvana /var/lib/corvana-keys

WORKDIR /opt/corvana
COPY --from=packages /opt/corvana/.venv .venv
COPY .streamlit/config.toml .streamlit/config.toml
COPY app.py ./
COPY corvana corvana
COPY pages pages
# Where the root of the file system is read-only, bytecode has to be there already.
RUN .venv/bin/python -m compileall -q app.py corvana pages

ENV PATH=/opt/corvana/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    CORVANA_DATA_DIR=/var/lib/corvana \
    CORVANA_START_WORKER=false \
    STREAMLIT_LOGGER_HIDE_WELCOME_MESSAGE=true
VOLUME ["/var/lib/corvana", "/var/lib/corvana-keys"]
USER 10001
EXPOSE 8501

HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=6 CMD ["python", "-c", \
    "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/readyz', timeout=4)"]
CMD ["streamlit", "run", "app.py", "--server.address", "0.0.0.0"]
