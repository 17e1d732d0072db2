from starlette.applications import Starlette
from starlette.testclient import TestClient

from corvana.web import first_page


def test_a_link_to_overview_opens_the_first_page_with_its_filters_and_never_another_host():
    browser = TestClient(Starlette(routes=first_page.routes), follow_redirects=False)
    answer = browser.get("/overview?engagement=first&period=7+days&next=//evil.example")
    assert answer.status_code == 307
    assert answer.headers["location"] == "/?engagement=first&period=7+days&next=//evil.example"
