"""The one page: the whole story, each number as in the evidence pack, on one sheet of A4."""

import io
import re
from dataclasses import replace
from datetime import date

from PIL import Image

from corvana.analysis.answers.findings import size
from corvana.analysis.findings.registry import KINDS
from corvana.analysis.wording import count, duration
from corvana.deck.one_page import one_page_html
from corvana.evidence import documents
from corvana.questions import accounts
from corvana.questions.cover import Cover
from corvana.questions.view import View
from tests.builders.deck.reviewed import decided, everything_decided, several, view_of
from tests.builders.evidence.read_report import Document
from tests.conftest import Connected


def png() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (30, 10), "#006e50").save(file, "PNG")
    return file.getvalue()


def test_it_is_whole_and_loads_nothing_from_elsewhere():
    found, entries = everything_decided()
    cover = Cover(
        "Acme & <Sons>", "acme", date(2026, 3, 2), "Ann Lee", logo=png(), logo_type="image/png"
    )
    made = one_page_html(view_of(found, *entries), cover)
    document = Document(made)
    assert (document.open, document.crossed) == ([], [])
    (picture,) = [attributes for tag, attributes in document.tags if tag == "img"]
    assert picture["alt"] == "Logo of Acme & <Sons>"
    assert str(picture["src"]).startswith("data:image/png;base64,")
    assert document.loads == [picture["src"]]
    assert document.scripts == []
    assert "<Sons>" not in made
    assert "Acme & <Sons>" in document.text
    assert "2 Mar 2026 by Ann Lee" in document.text


def test_it_has_every_part_of_the_story_under_headings_that_follow_one_another():
    found, entries = everything_decided()
    document = Document(one_page_html(view_of(found, *entries)))
    assert document.titles(1) == ["Incident response: what we found"]
    assert document.titles(2) == [
        "What we found",
        "What is good",
        "What we could not see",
        "Method",
    ]
    assert dict(document.tags)["html"]["lang"] == "en"
    scopes = {attributes.get("scope") for tag, attributes in document.tags if tag == "th"}
    assert scopes == {"col", "row"}


def test_every_finding_has_size_certainty_time_owner_and_due_date():
    found, entries = everything_decided()
    document = Document(one_page_html(view_of(found, *entries)))
    rows = [cell for cell in document.texts_of("th") if re.match(r"\d+\. ", cell)]
    assert len(rows) == 6
    assert rows[0].startswith("1. Policy P2")
    cells = document.texts_of("td")
    assert cells[:3] == [
        "50 % (40 % to 60 %), very sure",
        "up to 4 days of avoidable waiting",
        "Platform team, 31 Jan 2027, small effort",
    ]


def test_unreviewed_findings_are_marked():
    document = Document(one_page_html(view_of(several(5))))
    assert "What we found (not yet reviewed)" in document.titles(2)


def test_more_findings_than_there_is_room_for_are_counted():
    found = several(16)
    view = view_of(found, *(decided(one) for one in found))
    document = Document(one_page_html(view))
    assert "3 more findings are in the deck." in document.text
    assert sum(bool(re.match(r"\d+\. ", cell)) for cell in document.texts_of("th")) == 13


def test_its_numbers_are_those_of_the_evidence_pack(concluded: Connected) -> None:
    view = View.of_version(concluded.data())
    account = accounts.whole(view)
    totals, found = documents.metrics(view, account), documents.findings(view, account, KINDS)
    document = Document(one_page_html(view))
    half = totals["seconds_to_first_ack"]["half"]["value"]
    assert count(totals["seconds_to_first_ack"]["n"]) in document.texts_of("p")
    assert duration(half) in document.texts_of("p")
    scores = {one["dimension"]: one["score"] for one in totals["scorecard"]["dimensions"]}
    for dimension, score in scores.items():
        told = "not known" if score is None else f"{score:.0f} of 100"
        assert re.search(rf"{dimension}\s*{told}", document.text), dimension
    sizes = {size(one["effect"], one["unit"]) for one in found}
    times = {duration(one["avoidable_minutes_per_month"] * 60) for one in found}
    cells = document.texts_of("td")
    assert len(cells) >= 3
    for cell in cells[0::3]:
        assert any(cell.startswith(one) for one in sizes), cell
    for cell in cells[1::3]:
        assert any(one in cell for one in times) or cell.startswith("no avoidable"), cell


def test_it_has_the_clients_colour_and_without_one_corvanas() -> None:
    view = view_of(several(3))
    assert "--accent:#006e50" in one_page_html(view, replace(Cover(), accent="#006e50"))
    assert "--accent:#1b639f" in one_page_html(view)
