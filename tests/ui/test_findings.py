"""The overview and the findings over a collected account, without a browser."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs

import pandas as pd
import pytest
from sqlmodel import Session
from streamlit.testing.v1 import AppTest

from benchmarks.simulated_account import account
from corvana.analysis.answers import findings as words
from corvana.analysis.findings import ledger
from corvana.analysis.findings.registry import KINDS
from corvana.analysis.scorecard import scorecard
from corvana.config import load_settings
from corvana.questions.tables import FINDING_ROWS
from corvana.sandbox.play.build import build_world
from corvana.store import engagements
from corvana.store.engine import open_database
from corvana.store.models import Connection, Receipt
from corvana.store.people.members import Role
from corvana.versions.files import CONTRACTS
from corvana.versions.manifest import Manifest
from corvana.web import files
from tests.builders.browsers.signed_in import (
    begin_session,
    configure_sign_in,
    cookies_of,
    send_cookies,
)
from tests.builders.data_folder import forget, read_from
from tests.builders.drawn_charts import charts, texts
from tests.builders.written_version import write_version

ROUTER = Path(__file__).resolve().parents[2] / "corvana" / "ui" / "router.py"
END = datetime(2026, 11, 20, tzinfo=UTC)
CONCLUDED = ("findings", "scorecard")
Parts = dict[str, dict[str, pd.DataFrame]]


@pytest.fixture(scope="module")
def parts() -> Parts:
    """The frames of a simulated account with bottlenecks, and what is concluded from them."""
    simulated = account(build_world(seed=3, end=END, planted=True))
    stored = {
        "arrivals" if name == "interruptions" else name: frame
        for name, frame in vars(simulated).items()
        if isinstance(frame, pd.DataFrame)
    }
    concluded = {"findings": ledger.findings(simulated, KINDS), "scorecard": scorecard(simulated)}
    frames = stored | concluded
    return {name: {"all": frames[name]} for name in CONTRACTS if name in frames}


@pytest.fixture
def pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    read_from(tmp_path / "data", tmp_path, monkeypatch)
    yield AppTest.from_file(ROUTER, default_timeout=60)
    forget()


def collected(parts: Parts, *, analysed: bool) -> None:
    """Connect an account whose first version of the data is there."""
    settings = load_settings()
    engine = open_database(settings.database_url)
    engagements.ensure_first(engine, END)
    with Session(engine) as session:
        session.add(
            Connection(
                id="C1", engagement_id=engagements.listed(engine)[0].id, account_id="A1",
                account_label="Shop", region="us", audience="", connected_role="admin",
                connected_at=END, collected_at=END, data_version=1,
            )
        )  # fmt: skip
        session.commit()
    since = pd.Timestamp(parts["incidents"]["all"]["created_at"].min()).to_pydatetime()
    manifest = Manifest(1, END, since, (), {}, END if analysed else None)
    kept = parts if analysed else {n: p for n, p in parts.items() if n not in CONCLUDED}
    write_version(settings.versions_dir, "C1", manifest, kept)


def said(shown: AppTest) -> str:
    kinds = ("markdown", "info", "caption", "header")
    return "\n".join(texts(shown, *kinds))


def found(parts: Parts) -> list[str]:
    return [words.key(one) for one in words.listed(parts["findings"]["all"])]


def test_the_overview_tells_scores_and_the_three_findings_that_cost_most(
    pages: AppTest, parts: Parts
) -> None:
    collected(parts, analysed=True)
    shown = pages.run()
    assert not shown.exception
    assert {"Coverage", "Escalation hygiene"} <= {one.label for one in shown.metric}
    links = [one.proto for one in shown.get("page_link") if "finding=" in one.proto.query_string]
    said_on = [one.label for one in links]
    assert said_on == ["Which pages are for nothing?", *["See the evidence"] * 3]
    assert "the weakest score is" in said(shown)
    assert f"**{len(found(parts))} findings.** The largest:" in said(shown)
    assert len(charts(shown)) == 2


def test_before_the_analysis_the_overview_has_its_numbers_and_says_what_follows(
    pages: AppTest, parts: Parts
) -> None:
    collected(parts, analysed=False)
    shown = pages.run()
    assert not shown.exception
    assert "The scorecard and the findings" in said(shown)
    assert "Half acknowledged in" in {one.label for one in shown.metric}
    assert len(charts(shown)) == 2
    shown = shown.switch_page("../../pages/findings.py").run()
    assert not shown.exception
    assert "are made at the end of the next collection" in said(shown)
    assert not charts(shown)


def test_every_finding_opens_by_its_address(pages: AppTest, parts: Parts) -> None:
    collected(parts, analysed=True)
    shown = pages.run().switch_page("../../pages/findings.py")
    for key in found(parts):
        shown.query_params["finding"] = key
        shown = shown.run()
        assert not shown.exception, key
        # The key of a pair without an order names the smaller id first, the title maybe not.
        subjects = key.split(":")[1:]
        assert len(charts(shown)) >= 2
        title = shown.header[0].value
        assert any(one in title for one in subjects) or "Responder" in title
        assert "How sure we are" in said(shown)
        assert "in the ledger any more" not in said(shown)


def test_a_link_at_the_top_leads_to_the_finding_that_is_open(pages: AppTest, parts: Parts) -> None:
    collected(parts, analysed=True)
    pages.query_params["finding"] = found(parts)[-1]
    shown = pages.run().switch_page("../../pages/findings.py").run()
    opened = next(one for one in shown.header if one.proto.anchor == "evidence")
    assert f"Opened below: [{opened.value}](#evidence)" in said(shown)


def test_every_finding_of_the_table_has_a_link_beside_it(pages: AppTest, parts: Parts) -> None:
    collected(parts, analysed=True)
    pages.run().switch_page("../../pages/findings.py")
    pages.session_state["findings-links"] = True
    shown = pages.run()
    assert not shown.exception
    asked = [parse_qs(one.proto.query_string) for one in shown.get("page_link")]
    keys = [one["finding"][0] for one in asked if "finding" in one]
    assert keys == found(parts)


def test_an_old_link_says_so_and_shows_the_largest(pages: AppTest, parts: Parts) -> None:
    collected(parts, analysed=True)
    shown = pages.run().switch_page("../../pages/findings.py")
    shown.query_params["finding"] = "slow_ack:GONE"
    shown = shown.run()
    assert not shown.exception
    assert "not in the ledger any more" in said(shown)


def test_without_a_finding_the_page_says_what_was_looked_for(pages: AppTest, parts: Parts) -> None:
    nothing = {"all": parts["findings"]["all"].iloc[:0]}
    collected(parts | {"findings": nothing}, analysed=True)
    shown = pages.run()
    assert not shown.exception
    shown = shown.switch_page("../../pages/findings.py").run()
    assert not shown.exception
    assert "**No finding.**" in said(shown)
    n = len(KINDS)
    assert shown.expander[0].label == f"Looked for and not found ({n} of {n} kinds)"


@pytest.mark.parametrize(
    ("role", "allowed", "offered"),
    [
        (
            "assessor",
            False,
            {
                files.REPORT.name,
                files.DECK.name,
                files.ONE_PAGE.name,
                files.EVIDENCE.name,
                files.RECEIPT,
            },
        ),
        ("viewer", True, {files.REPORT.name}),
        ("viewer", False, set()),
    ],
)
def test_a_viewer_is_offered_no_file_but_the_report_and_that_only_if_it_is_allowed(
    pages: AppTest,
    parts: Parts,
    monkeypatch: pytest.MonkeyPatch,
    role: Role,
    allowed: bool,
    offered: set[str],
) -> None:
    collected(parts, analysed=True)
    database = open_database(load_settings().database_url)
    engagements.let_viewers_take_report(database, "first", allowed=allowed)
    with Session(database) as session:
        session.add(Receipt(id="R1", engagement_id="first", requested_at=END, completed_at=END))
        session.commit()
    token = begin_session(database, load_settings(), {"first": role})
    with monkeypatch.context() as patched:
        configure_sign_in(patched)
        send_cookies(patched, cookies_of(load_settings(), token))
        shown = pages.run()
        found = set()
        for page in ("findings", "walkthrough", "integrations"):
            shown = shown.switch_page(f"../../pages/{page}.py")
            shown.query_params["step"] = "99"
            if page == "findings":
                shown.session_state["finding-behind"] = True
            shown = shown.run()
            assert not shown.exception
            found |= files_of_engagement(shown)
    assert found - {FINDING_ROWS.name} == offered
    assert (FINDING_ROWS.name in found) == (role == "assessor")


def files_of_engagement(shown: AppTest) -> set[str]:
    """The names of the files to which the page has links."""
    bodies = " ".join(one.proto.body for one in shown.get("html"))
    return set(re.findall(r"href='/files/first/([^?']+)", bodies))
