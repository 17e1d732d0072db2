"""A code of somebody else's attempt buys nothing, however it is brought to the way back."""

from urllib.parse import parse_qs, urlencode, urlsplit

from sqlalchemy import Engine
from starlette.testclient import TestClient

from corvana.web import connect
from tests.builders.browsers.connecting import come_back, saved
from tests.builders.consent import answer_consent
from tests.builders.leaving_browser import BASE, leave, new_browser


def parameters(location: str) -> dict[str, str]:
    """What PagerDuty gives the browser on its way back."""
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def test_a_stolen_code_with_the_thiefs_own_state_is_refused_by_its_proof_key(
    browser: TestClient, engine: Engine
) -> None:
    stolen = parameters(answer_consent(leave(browser)))
    thief = new_browser()
    own = parameters(answer_consent(leave(thief)))
    mixed = urlencode({"code": stolen["code"], "state": own["state"]})
    assert come_back(thief, f"{connect.CALLBACK}?{mixed}")["refused"] == "code_expired"
    assert saved(engine) is None


def test_somebody_elses_way_back_connects_nothing_in_another_browser(
    browser: TestClient, engine: Engine
) -> None:
    """Otherwise a page could join an attacker's account to a victim's engagement."""
    attackers = answer_consent(leave(new_browser()))
    leave(browser)
    assert come_back(browser, attackers)["refused"] == "state_foreign_browser"
    assert saved(engine) is None


def test_no_redirect_repeats_a_request_with_its_body_and_none_tells_where_it_came_from(
    browser: TestClient,
) -> None:
    answer = browser.get(connect.START, params={"engagement": "first"})
    assert answer.status_code == 302
    assert answer.headers["referrer-policy"] == "no-referrer"
    back = browser.get(answer_consent(answer.headers["location"]))
    assert back.status_code == 302
    assert back.headers["referrer-policy"] == "no-referrer"
    assert back.headers["location"].startswith(f"{BASE}/integrations?")
    assert "code=" not in back.headers["location"]
