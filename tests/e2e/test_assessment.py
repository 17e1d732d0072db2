"""An assessment from the first day to coming back: decide, hand over, see whether it helped."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser

from benchmarks.running_app import App, running
from tests.builders.browsers.assessor import Assessor, Way
from tests.builders.browsers.traces import found_in, traces_of_the_account
from tests.builders.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

NOTE = "Told by the service owner on site"
REASON = "Known and wanted"
BASELINE = "Handed over"
OWNER = "Platform team"
WEEKS = 6


@pytest.fixture
def app(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with running(
        tmp_path_factory.mktemp("assessment"),
        CORVANA_COLLECT_EVERY_MINUTES="1440",
        CORVANA_REQUESTS_PER_MINUTE="60000",
        CORVANA_SANDBOX_REQUESTS_PER_MINUTE="60000",
    ) as app:
        yield app


@pytest.mark.parametrize("way", ["mouse", pytest.param("keyboard", marks=pytest.mark.slow)])
def test_an_assessment_is_decided_handed_over_and_proven(
    app: App, visit: Callable[..., Visitor], way: Way
) -> None:
    assessor = Assessor(visit(app), way)
    connect(assessor)
    set_nights(assessor)
    timer = decide(assessor)
    set_targets(assessor)
    freeze(assessor)
    hand_over(assessor)
    let_weeks_go_by(assessor, timer)
    come_back(assessor)
    leave_nothing(assessor)


def connect(assessor: Assessor) -> None:
    assessor.visitor.open("/integrations")
    assessor.press(assessor.page.get_by_role("link", name="Connect PagerDuty"))
    assessor.press(assessor.page.get_by_role("button", name="Allow"))
    assessor.page.wait_for_url("**/integrations**")
    assessor.see("Connected")
    assessor.go("Overview", "How well are incidents answered?")
    assessor.see("See the evidence", 240)


def set_nights(assessor: Assessor) -> None:
    assessor.go("Settings", "What does this assessment rest on?")
    hour = assessor.page.get_by_role("spinbutton", name="hour, Sleep from")
    assessor.press(hour, "ArrowUp")
    assessor.page.keyboard.type("23")
    assessor.press(assessor.page.locator(".st-key-save-Hours button"))
    assessor.visitor.settle()
    assessor.go("Findings", "Where is the response process stuck?")
    assessor.visitor.settle(120)


def decide(assessor: Assessor) -> str:
    """Confirm three findings, dismiss two with a reason, and answer the client's question.

    Returns the service whose timer closes its incidents.
    """
    titles = links_of_findings(assessor)
    timer = next(title for title in titles if "a timer closes its incidents" in title)
    others = [title for title in titles if title != timer][:4]
    open_finding(assessor, timer)
    assessor.answer("Yes")
    assessor.type_into("Note", NOTE)
    save_status(assessor, "confirmed", {"Owner": OWNER})
    for title in others[:2]:
        open_finding(assessor, title)
        save_status(assessor, "confirmed")
    for title in others[2:]:
        open_finding(assessor, title)
        assessor.type_into("Reason, for a dismissed finding", REASON)
        save_status(assessor, "dismissed")
    return timer.partition(":")[0]


def links_of_findings(assessor: Assessor) -> list[str]:
    assessor.go("Register", "What was decided?")
    assessor.unfold("Evidence of these findings")
    links = assessor.page.locator(".st-key-register-links").get_by_role("link")
    links.first.wait_for()
    return links.all_inner_texts()


def open_finding(assessor: Assessor, title: str) -> None:
    links_of_findings(assessor)
    assessor.press(assessor.page.get_by_role("link", name=title))
    assessor.visitor.see_title("Where is the response process stuck?")
    assessor.page.get_by_role("heading", name=title).wait_for()
    assessor.visitor.settle()
    assessor.unfold("Decide")
    assessor.page.get_by_role("button", name="Save the decision").wait_for()


def save_status(assessor: Assessor, status: str, chosen: dict[str, str] | None = None) -> None:
    for label, option in {"Status": status, **(chosen or {})}.items():
        assessor.choose(label, option)
    assessor.button("Save the decision")
    assessor.see(f"Decision: {status}")
    assessor.visitor.settle()


def set_targets(assessor: Assessor) -> None:
    assessor.go("Targets", "Are the targets met?")
    assessor.see("No target is set.")
    acknowledge = re.compile("acknowledge within$")
    label = assessor.page.get_by_label(acknowledge).first.get_attribute("aria-label")
    assert label is not None
    assessor.type_into(label, "15 min")
    assessor.button("Save the targets")
    assessor.see("Saved 1 target.")
    assessor.visitor.see_figure()


def freeze(assessor: Assessor) -> None:
    assessor.go("What changed?", "What changed?")
    assessor.type_into("Name of the new baseline", BASELINE)
    assessor.button("Freeze the present data")
    assessor.see("The present data is frozen.")


def hand_over(assessor: Assessor) -> None:
    """The files have what was confirmed, and nothing of what was dismissed."""
    assessor.go("Register", "What was decided?")
    register = unpacked(assessor.download("Workbook to pass on"))
    assessor.go("Findings", "Where is the response process stuck?")
    report = assessor.download("Download report").decode()
    page = assessor.download("Download one page").decode()
    deck = unpacked(assessor.download("Download deck"))
    for content in (register, report, deck):
        assert NOTE in content
    for content in (register, report, page, deck):
        assert REASON not in content


def unpacked(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = [packed.read(name) for name in packed.namelist() if name.endswith(".xml")]
    return b"\n".join(parts).decode()


def let_weeks_go_by(assessor: Assessor, service: str) -> None:
    """The recommendation is carried out today, and six weeks go by."""
    assessor.go("Integrations", "Where does the data come from?")
    assessor.unfold("Let time pass in the simulated account")
    assessor.choose("Change first", "the auto-resolve timeout of a service")
    assessor.choose("Service", service)
    assessor.choose("Closes incidents after", "off")
    assessor.type_into("Weeks that go by", str(WEEKS))
    assessor.page.keyboard.press("Tab")
    assessor.visitor.settle()
    assessor.button("Let it happen")
    assessor.see(f"{WEEKS} weeks went by", 300)
    assessor.visitor.keep(f"assessment-weeks-{assessor.way}")


def come_back(assessor: Assessor) -> None:
    """What changed, and whether it helped, with interval. The finding is gone by now."""
    titles = links_of_findings(assessor)
    assert not [title for title in titles if "a timer closes its incidents" in title]
    assessor.see("Not in the present data")
    assessor.unfold("Decide")
    first_part = assessor.page.get_by_role("spinbutton", name="Done on").first
    assessor.press(first_part, "ArrowUp")
    assessor.page.keyboard.type(f"{datetime.now(UTC):%Y%m%d}")
    save_status(assessor, "done")
    told = assessor.visitor.settle()
    assert "Did it help?" in told
    assert re.search(r"It helped\..*\(95.% interval", told, re.DOTALL), told
    assessor.visitor.keep(f"assessment-helped-{assessor.way}")
    assessor.go("What changed?", "What changed?")
    told = assessor.visitor.settle(120)
    assert f"Since “{BASELINE}”" in told
    assert re.search(r"\d+.% .* to .*\d+.%", told)
    assessor.visitor.keep(f"assessment-changed-{assessor.way}")


def leave_nothing(assessor: Assessor) -> None:
    """Disconnect: nothing of the account and of what was written is left in any byte."""
    data = assessor.visitor.app.data_dir
    written = [text.encode() for text in (NOTE, REASON, BASELINE, OWNER)]
    traces = [*traces_of_the_account(data / "corvana.db"), *written]
    assert {trace for _, trace in found_in(data, traces)} >= {NOTE, REASON, BASELINE, OWNER}
    assessor.go("Integrations", "Where does the data come from?")
    assessor.button("Details and Disconnect")
    assessor.button("Disconnect")
    assessor.see("What assessors wrote in this engagement is deleted, too.")
    assessor.button("Disconnect and delete")
    assessor.see("Everything was deleted on", 60)
    # The simulated account is on PagerDuty's side: it keeps which of its settings were changed.
    left = {one for one in found_in(data, traces) if one[0] != "simulated-account.json"}
    assert left == set()
