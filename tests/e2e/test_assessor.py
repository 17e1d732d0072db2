"""The assessor's hour: what is worst, why, what a change would bring, and the evidence to take."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from benchmarks.running_app import App
from corvana.analysis.answers.reviewed import NOT_REVIEWED
from corvana.evidence.contracts import TABLES
from corvana.sandbox.world.names import IdMint
from corvana.sandbox.world.organisation import Organisation, add_people
from tests.builders.visitor import Visitor

pytestmark = pytest.mark.browser

OVERVIEW = "How well are incidents answered?"
FINDINGS = "Where is the response process stuck?"
ESCALATIONS = "Who answers when we escalate?"
LARGEST = "See the evidence"
CARDS = 3
PREDICTION = ".st-key-escalation-what-if .gtitle"
MAKING_MILLISECONDS = 60_000


def test_by_mouse(analysed: App, visit: Callable[..., Visitor], tmp_path: Path) -> None:
    visitor = visit(analysed)
    page = visitor.page
    visitor.open("/")
    visitor.see_title(OVERVIEW)
    visitor.see("Biggest problems")
    visitor.settle()
    link = largest(page)
    title = title_of_card(link)
    link.click()
    visitor.see_title(FINDINGS)
    expect(page.get_by_role("heading", level=2).first).to_have_text(title)
    visitor.settle()
    shows_what_it_rests_on(visitor)
    finding = in_address(page, "finding")
    visitor.keep("assessor-finding")

    visitor.choose("Escalations")
    visitor.see_title(ESCALATIONS)
    visitor.settle()
    worst = page.locator(".st-key-escalation-policies .ytick text").first.text_content() or ""
    # Marks of other shares may lie above it; all of them are the policy's.
    visitor.click_mark(page.locator(".st-key-escalation-policies path.point").first)
    page.locator(".st-key-escalation-policies").get_by_role("button", name="Only ").click()
    page.wait_for_url("**policy=*")
    chosen = page.get_by_test_id("stMain").get_by_role("combobox", name="Escalation policy")
    visitor.settle()
    name = chosen.input_value()
    assert worst.startswith(name)
    expect(page.locator(".st-key-escalation-policies .ytick text")).to_have_count(1)
    visitor.keep("assessor-policy")

    levels = page.get_by_role("slider")
    expect(levels.first).to_be_visible()
    predicted = page.locator(PREDICTION).text_content()
    drag_to_the_end(page, levels.first)
    page.wait_for_url("**delay_*")
    predicts_otherwise(page, predicted)
    visitor.settle()
    visitor.expect_no_fault()
    visitor.keep("assessor-what-if")

    visitor.choose("Findings")
    visitor.see_title(FINDINGS)
    pack = downloaded(page, tmp_path, "Download evidence pack", Locator.click)
    holds_the_evidence(pack, finding)
    report = downloaded(page, tmp_path, "Download report", Locator.click).read_text()
    assert NOT_REVIEWED in report
    assert not [one for one in identifying() if one in report]


def test_by_keyboard_alone(analysed: App, visit: Callable[..., Visitor], tmp_path: Path) -> None:
    visitor = visit(analysed)
    page = visitor.page

    def press(wanted: Locator) -> None:
        visitor.reach(wanted)
        page.keyboard.press("Enter")

    def choose(name: str, title: str) -> None:
        press(page.get_by_test_id("stSidebarNav").get_by_role("link", name=name))
        visitor.see_title(title)
        visitor.settle()

    visitor.open("/")
    visitor.see_title(OVERVIEW)
    visitor.see("Biggest problems")
    visitor.settle()
    link = largest(page)
    title = title_of_card(link)
    press(link)
    visitor.see_title(FINDINGS)
    expect(page.get_by_role("heading", level=2).first).to_have_text(title)
    visitor.settle()
    press(page.locator("summary").filter(has_text="The rows behind this"))
    expect(page.get_by_test_id("stDataFrame").filter(visible=True)).to_be_visible()

    choose("Escalations", ESCALATIONS)
    level = page.get_by_role("slider").first
    minutes, predicted = level.input_value(), page.locator(PREDICTION).text_content()
    visitor.reach(level)
    page.keyboard.press("ArrowRight")
    expect(level).to_have_value(str(int(minutes) + 1))
    page.wait_for_url("**delay_*")
    page.keyboard.press("End")
    predicts_otherwise(page, predicted)

    choose("Findings", FINDINGS)
    downloaded(page, tmp_path, "Download evidence pack", press)
    visitor.expect_no_fault()


def largest(page: Page) -> Locator:
    """The way to the finding on the first card, once every card is drawn."""
    links = page.get_by_role("link", name=LARGEST)
    expect(links).to_have_count(CARDS)
    return links.first


def title_of_card(link: Locator) -> str:
    """The first line of the box the link is in."""
    box = link.locator("xpath=ancestor::*[@data-testid='stVerticalBlock'][1]")
    return box.locator("strong").first.inner_text()


def shows_what_it_rests_on(visitor: Visitor) -> None:
    page = visitor.page
    expect(page.locator(".st-key-finding-tested .main-svg").first).to_be_visible()
    for word in ("How sure we are.", "The setting to look at.", "What would change this"):
        visitor.see(word)
    rows = page.locator("summary").filter(has_text="The rows behind this")
    rows.click()
    expect(page.get_by_test_id("stDataFrame").filter(visible=True)).to_be_visible()
    visitor.expect_no_fault()


def drag_to_the_end(page: Page, level: Locator) -> None:
    """Take the slider's handle to the far end of its track."""
    around = level.locator("xpath=../..")
    around.scroll_into_view_if_needed()
    handle, track = around.bounding_box(), around.locator("xpath=..").bounding_box()
    assert handle is not None
    assert track is not None
    height = handle["y"] + handle["height"] / 2
    page.mouse.move(handle["x"] + handle["width"] / 2, height)
    page.mouse.down()
    page.mouse.move(track["x"] + track["width"] / 2, height, steps=4)
    page.mouse.move(track["x"] + track["width"], height, steps=4)
    page.mouse.up()


def predicts_otherwise(page: Page, before: str | None) -> None:
    """The chart of before is gone; for a moment it stands beside the new one."""
    assert before
    expect(page.locator(PREDICTION).filter(has_text=before)).to_have_count(0)
    expect(page.locator(PREDICTION)).to_have_count(1)


def in_address(page: Page, name: str) -> str:
    return parse_qs(urlsplit(page.url).query)[name][0]


def downloaded(page: Page, folder: Path, label: str, start: Callable[[Locator], object]) -> Path:
    link = page.get_by_role("link", name=label)
    with page.expect_download(timeout=MAKING_MILLISECONDS) as handed_out:
        start(link)
    assert handed_out.value.failure() is None
    path = folder / handed_out.value.suggested_filename
    handed_out.value.save_as(path)
    return path


def holds_the_evidence(pack: Path, finding: str) -> None:
    """Every table with rows, the largest finding first, and nobody's name in any file."""
    with zipfile.ZipFile(pack) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name) for name in archive.namelist()}
    tables = {f"{name}.{kind}" for name in TABLES for kind in ("csv", "parquet")}
    documents = {"findings.json", "metrics.json", "register.csv", "method.md", "report.html"}
    assert set(files) == tables | documents
    assert all(files[f"{name}.csv"].count(b"\n") > 1 for name in TABLES)
    first = json.loads(files["findings.json"])[0]
    key = (first["kind"], first["subject"]["id"], first["evidence"]["detail"])
    # The key of a pair that fails together is the same in both orders.
    assert sorted(part for part in key if part) == sorted(finding.split(":"))
    traces = [one.encode() for one in identifying()]
    assert not [(name, one) for name, read in files.items() for one in traces if one in read]


def identifying() -> list[str]:
    """Names, addresses and telephone numbers of everybody in the simulated account."""
    organisation = Organisation(IdMint(Random(0)))
    add_people(organisation)
    people = organisation.users
    assert len(people) > 50
    return [text for one in people for text in (one.name, one.email, one.phone)]
