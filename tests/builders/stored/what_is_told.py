"""What pages and evidence pack tell of an account, to compare it with another one or with later."""

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from corvana.evidence.pack import evidence_zip
from corvana.questions import opened
from corvana.questions.view import View
from tests.builders.connected import Connected
from tests.builders.data_folder import forget
from tests.builders.drawn_charts import charts, texts

KEY = bytes(range(128))
"""As long as the keys of a connection together."""

ROUTER = Path(__file__).resolve().parents[3] / "corvana" / "ui" / "router.py"
PAGES = (
    "overview",
    "findings",
    "teams",
    "response",
    "escalations",
    "on_call",
    "dependencies",
    "walkthrough",
    "register",
    "settings",
    "what_changed",
    "timeline",
    "integrations",
    "privacy",
)
SEALED = re.compile(r"~[A-Za-z0-9_-]{23,}")
AGO = re.compile(r"\d+ min ago")
SEVERAL = re.compile(r"[A-Z2-7]{20}(?: [A-Z2-7]{20})+")
SHOWN = (
    *("title", "header", "subheader", "markdown", "caption", "text", "info", "warning", "error"),
    *("metric", "success"),
)


def view_of(connected: Connected) -> View:
    return opened.view_by_itself(connected.settings, connected.engine, connected.connection)


def pack(view: View) -> dict[str, Any]:
    """The texts of the evidence pack: tables as sorted lines, documents as they are."""
    with zipfile.ZipFile(io.BytesIO(evidence_zip(view))) as archive:
        read = {each: archive.read(each) for each in archive.namelist()}
    csv = {each: sorted(lines(read[each])) for each in read if each.endswith("csv")}
    told = {each: json.loads(read[each]) for each in read if each.endswith("json")}
    for finding in told["findings.json"]:
        finding["evidence"].get("incident_ids", []).sort()
    return {**csv, **told, "report.html": read["report.html"].decode()}


def lines(content: bytes) -> list[str]:
    """The lines, with several pseudonyms of a cell in the order of the alphabet."""
    told = content.decode().splitlines()
    return [SEVERAL.sub(lambda found: " ".join(sorted(found[0].split())), line) for line in told]


def said(connected: Connected, page: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What a reader of the page sees: texts, choices, tables, and the texts of charts."""
    for name, value in (
        ("CORVANA_DATA_DIR", str(connected.settings.data_dir)),
        ("CORVANA_DATABASE_URL", connected.settings.database_url),
    ):
        monkeypatch.setenv(name, value)
    forget()
    shown = AppTest.from_file(str(ROUTER), default_timeout=60).run()
    shown = shown.switch_page(f"../../pages/{page}.py").run()
    assert not shown.exception, page
    found = {
        # Minutes pass between the pages of the two accounts.
        "texts": sorted(AGO.sub("a while ago", text) for text in texts(shown, *SHOWN)),
        # Equal rows are in the order of their ids, and sealed ids have another one.
        "choices": [sorted(one.options) for one in (*shown.selectbox, *shown.multiselect)],
        "tables": [one.value.to_csv() for one in (*shown.dataframe, *shown.table)],
        "charts": [each["told"]["alt"] for each in charts(shown)],
    }
    forget()
    return found
