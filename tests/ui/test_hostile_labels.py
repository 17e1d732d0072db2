"""Names that mean harm, in the store, on every page and in every file."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any, Final

import pytest
import streamlit as st
from sqlmodel import Session, select
from streamlit.testing.v1 import AppTest

from corvana.config import Settings
from corvana.evidence import csv_files
from corvana.evidence.pack import evidence_zip
from corvana.sandbox.api.running import RunningSandbox
from corvana.store import models
from tests.builders.evidence.version import of
from tests.builders.hostile.names import NAMES, UNSEEN, collected_with_names
from tests.builders.shelf import Shelf
from tests.conftest import Connected
from tests.ui.conftest import ROUTER

PAGES: Final = (
    "overview",
    "findings",
    "response",
    "escalations",
    "on_call",
    "teams",
    "dependencies",
    "walkthrough",
    "register",
    "integrations",
    "privacy",
)
NAMING: Final = ("overview", "findings", "teams")
"""Pages whose Markdown names something in this account."""

LINK: Final = re.compile(
    r"(https?:\/\/|www(?=\.))([-.\w]+)|(?<![-.\w+])([-.\w+]+)@([-\w]+(?:\.[-\w]+)+)", re.IGNORECASE
)
"""What Markdown makes a link of, once its escapes are gone."""

MARKUP: Final = re.compile(r"(?<!\\)(?:\]\(https|<b onclick)|(?m:^# heading)")
NO_MARKDOWN: Final = {
    "arrow_data_frame",
    "dataframe",
    "html",
    "multiselect",
    "plotly_chart",
    "selectbox",
}
"""Kinds of elements that show their texts as they are, or are escaped for HTML."""


@pytest.fixture
def named(settings: Settings, sandbox: RunningSandbox, shelf: Shelf) -> Connected:
    return collected_with_names(settings, sandbox, shelf)


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    st.cache_data.clear()
    st.cache_resource.clear()
    yield
    st.cache_data.clear()
    st.cache_resource.clear()


def test_the_store_has_no_sign_that_is_not_seen_and_no_address(named: Connected) -> None:
    tables: tuple[Any, ...] = (
        models.Service,
        models.EscalationPolicy,
        models.Team,
        models.BusinessService,
    )
    with Session(named.engine) as session:
        labels = [row.label for model in tables for row in session.exec(select(model))]
        states = [repr(row.state) for row in session.exec(select(models.ConfigurationVersion))]
    assert len(labels) > len(NAMES)
    assert [each for each in labels if UNSEEN.search(each) or len(each) > 255] == []
    assert [each for each in [*labels, *states] if "doe@" in each or "+49" in each] == []
    assert any(re.fullmatch(r"Service \w{4}", each) for each in labels)


@pytest.mark.parametrize("page", PAGES)
def test_no_page_has_a_link_or_a_sign_of_theirs(page: str, named: Connected) -> None:
    router = AppTest.from_file(str(ROUTER), default_timeout=60).run()
    shown = router.switch_page(f"../../pages/{page}.py").run()
    assert not shown.exception
    texts = [text for block in (shown.main, shown.sidebar) for text in marked_up(block)]
    assert [text for text in texts if UNSEEN.search(text)] == []
    assert [text for text in texts if "doe@" in text or "1234567" in text] == []
    plain = [re.sub(r"\\([^\w\s])", r"\1", text) for text in texts]
    assert [text for text in plain if (found := LINK.search(text)) and "evil" in found[0]] == []
    assert [text for text in texts if MARKUP.search(text)] == []
    if page in NAMING:
        labels = named.frame("labels")["label"]
        # A word joiner keeps an address from becoming a link.
        read = [text.replace("\u2060", "") for text in plain]
        assert [label for label in labels if any(label in text for text in read)]


def marked_up(block: Any) -> Iterator[str]:
    """Every text that Markdown is made of."""
    for child in getattr(block, "children", {}).values():
        yield from marked_up(child)
        proto = getattr(child, "proto", None)
        if proto is not None and getattr(child, "type", "") not in NO_MARKDOWN:
            yield from strings(proto)


def strings(proto: Any) -> Iterator[str]:
    for field, value in proto.ListFields():
        if field.type == field.TYPE_STRING:
            yield from [value] if isinstance(value, str) else list(value)
        elif field.type == field.TYPE_MESSAGE:
            for part in [value] if hasattr(value, "ListFields") else list(value):
                if hasattr(part, "ListFields"):
                    yield from strings(part)


def test_no_file_has_a_cell_that_is_run_or_a_sign_that_is_not_seen(named: Connected) -> None:
    with zipfile.ZipFile(io.BytesIO(evidence_zip(of(named.data())))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    texts = {name: body.decode() for name, body in files.items() if not name.endswith("parquet")}
    texts["report.html"] = re.sub(r"(?s)<script.*?</script>", "", texts["report.html"])
    assert {name for name, text in texts.items() if UNSEEN.search(text)} == set()
    assert {name for name, text in texts.items() if "doe@" in text or "30 1234567" in text} == set()
    services = texts["services.csv"]
    assert ",'@SUM(A1)" in services
    assert ",'=HYPERLINK" in services.replace('"', "")
    labels = set(csv_files.read("services", io.BytesIO(files["services.csv"]))["label"])
    assert {"@SUM(A1)", '=HYPERLINK("https://evil.example")'} <= labels
    report = texts["report.html"]
    assert 'href="https://evil' not in report
    assert "<b onclick" not in report
