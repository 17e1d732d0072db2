"""A person on the consent page of the simulated account."""

import re
from typing import Final

import httpx

# One client for all tests: a new client reads all certificates from the disk, which is slow.
_BROWSER: Final = httpx.Client(limits=httpx.Limits(max_keepalive_connections=0))


def answer_consent(url: str, *, decision: str = "allow", who: str = "owner") -> str:
    """Open the consent page and submit the decision; return the address of the redirect."""
    page = _BROWSER.get(url)
    assert page.status_code == 200
    found = re.search(r'name="transaction" value="([^"]+)"', page.text)
    assert found
    answer = _BROWSER.post(
        url.split("?", maxsplit=1)[0],
        data={"transaction": found[1], "decision": decision, "who": who},
    )
    assert answer.status_code == 302
    return answer.headers["location"]
