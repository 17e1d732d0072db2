"""A provider's answer that was made, stolen or changed signs nobody in."""

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from corvana.store.people import members
from tests.builders.browsers.hosted import House
from tests.builders.browsers.openid_provider import new_key

BO = {"sub": "bo", "email": "bo@example.com"}


@pytest.fixture
def bo(house: House) -> Iterator[None]:
    """Somebody invited, whom the provider signs in."""
    members.invite(house.engine, BO["email"], datetime.now(UTC))
    house.provider.person = BO
    yield
    house.provider.person = {"sub": "ann", "email": "ann@example.com"}
    house.provider.forger = None


def to_the_way_back(house: House, browser: httpx.Client) -> str:
    """Sign in at the provider; return the address on which it sends the browser back."""
    answer = browser.get(f"{house.app.url}/auth/login")
    return str(httpx.get(answer.headers["location"]).headers["location"])


def reason(answer: httpx.Response) -> str | None:
    """Why the sign-in was refused; None when it was not."""
    is_in = "corvana_session" in answer.headers.get("set-cookie", "")
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert is_in != ("sign_in" in query)
    return None if is_in else query["sign_in"][0]


@pytest.mark.usefixtures("bo")
def test_an_honest_answer_signs_in(house: House) -> None:
    with httpx.Client() as browser:
        assert reason(browser.get(to_the_way_back(house, browser))) is None


@pytest.mark.usefixtures("bo")
@pytest.mark.parametrize(
    "changed",
    [
        {"nonce": "of another sign-in"},
        {"aud": "another application"},
        {"iss": "https://evil.example"},
        {"exp": 1_600_000_000},
        {"sub": ""},
    ],
)
def test_a_proof_that_is_for_somebody_or_something_else_is_refused(
    house: House, changed: dict[str, object]
) -> None:
    house.provider.person = {**BO, **changed}
    with httpx.Client() as browser:
        assert reason(browser.get(to_the_way_back(house, browser))) == "proof_invalid"


@pytest.mark.usefixtures("bo")
def test_a_proof_that_another_key_signed_is_refused(house: House) -> None:
    house.provider.forger = new_key()
    with httpx.Client() as browser:
        assert reason(browser.get(to_the_way_back(house, browser))) == "proof_invalid"


@pytest.mark.usefixtures("bo")
def test_a_way_back_that_another_browser_began_is_refused(house: House) -> None:
    with httpx.Client() as attacker, httpx.Client() as victim:
        address = to_the_way_back(house, attacker)
        to_the_way_back(house, victim)
        assert reason(victim.get(address)) == "expired"


@pytest.mark.usefixtures("bo")
def test_a_stolen_code_with_the_thiefs_own_state_is_refused_by_its_proof_key(house: House) -> None:
    with httpx.Client() as victim, httpx.Client() as thief:
        code = parse_qs(urlsplit(to_the_way_back(house, victim)).query)["code"][0]
        own = parse_qs(urlsplit(to_the_way_back(house, thief)).query)["state"][0]
        mixed = urlencode({"code": code, "state": own})
        answer = thief.get(f"{house.app.url}/oauth2callback?{mixed}")
    assert reason(answer) == "provider_refused"


@pytest.mark.usefixtures("bo")
def test_an_answer_works_once(house: House) -> None:
    with httpx.Client() as browser:
        address = to_the_way_back(house, browser)
        assert reason(browser.get(address)) is None
        assert reason(browser.get(address)) == "expired"
