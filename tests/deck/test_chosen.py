"""What is told: what an assessor confirmed, in the assessor's order, and nothing else."""

import re
from dataclasses import replace

from corvana.analysis.assessment.register import Entry
from corvana.deck import measured
from corvana.deck.document import deck_pptx
from corvana.deck.one_page import one_page_html
from corvana.questions.assessment.register_table import COLUMNS
from corvana.questions.cover import Cover
from corvana.questions.view import View
from tests.builders.analysis.ledger_of_findings import CODE, overloaded
from tests.builders.deck.read_deck import ReadDeck
from tests.builders.deck.reviewed import decided, everything_decided, several, view_of
from tests.builders.evidence.read_report import Document


def deck_of(view: View) -> ReadDeck:
    return ReadDeck(deck_pptx(view))


def told_in(deck: ReadDeck) -> list[str]:
    return [title for title in deck.titles if re.match(r"\d+\. ", title)]


def test_confirmed_findings_are_told_in_the_order_of_the_assessor():
    found, entries = everything_decided()
    assert [title.partition(":")[0] for title in told_in(deck_of(view_of(found, *entries)))] == [
        "1. Policy P2",
        "2. Policy P0",
        "3. Payments",
        "4. Policy P3",
        "5. Policy P4",
        "6. One responder of Search front line",
    ]


def test_while_nothing_is_confirmed_the_largest_three_kinds_are_told_and_marked():
    found = several(6)
    deck = deck_of(view_of(found, decided(found[1], "dismissed", reason="No")))
    assert [title.partition(":")[0] for title in told_in(deck)] == [
        "1. Policy P0",
        "2. Policy P2",
        "3. Policy P3",
    ]
    for title in told_in(deck):
        assert "not yet reviewed" in deck.slide(title).text
    assert "not yet reviewed by an assessor" in deck.slides[0].text
    assert "2 further findings were not reviewed" in deck.slide("What we could not see").text


def test_a_dismissed_finding_is_in_neither_file():
    found, entries = everything_decided()
    view = view_of(found, *entries)
    for text in (deck_of(view).every_text(), one_page_html(view)):
        assert "Policy P1" not in text
        assert "Known and wanted" not in text
        assert "Never tell this" not in text
        assert "Policy P2" in text


def test_no_code_of_a_responder_is_in_any_part_of_either_file():
    found, entries = everything_decided()
    for people in (4, 5):
        view = view_of(found, *entries, people=people)
        for text in (deck_of(view).every_text(), one_page_html(view)):
            assert CODE not in text
            assert CODE[:4] not in text
            assert ("One responder of Search front line" in text) == (people == 5)
            assert ("1 further finding is not shown" in text) == (people == 4)


def test_a_larger_smallest_group_withholds_more():
    view = view_of([overloaded()], decided(overloaded()))
    larger = replace(view, settings=view.settings.model_copy(update={"smallest_group": 8}))
    assert "One responder" in deck_of(view).text
    for text in (deck_of(larger).text, one_page_html(larger)):
        assert "One responder" not in text
        assert "fewer than 8 people" in text


def test_owner_due_date_effort_and_status_stand_on_the_slide_and_their_source_in_the_notes():
    found, entries = everything_decided()
    deck = deck_of(view_of(found, *entries))
    first, risk, done = deck.slide("1. "), deck.slide("4. "), deck.slide("5. ")
    for text in ("Platform team", "31 Jan 2027", "small"):
        assert text in first.texts[-2]
    assert {(one.text, one.field) for one in first.noted if one.file == "register.csv"} == {
        ("Platform team", "owner"),
        ("31 Jan 2027", "due"),
        ("S", "effort"),
    }
    assert "accepted risk" in risk.text
    assert "done on 20 Feb 2026" in done.text
    assert "not set" in risk.text


def test_notes_name_columns_that_the_register_has():
    found, entries = everything_decided()
    slides = deck_of(view_of(found, *entries)).slides
    named = {one.field for slide in slides for one in slide.noted if one.file == "register.csv"}
    assert {"owner", "due", "done", "effort", "title"} <= named <= set(COLUMNS)


def test_what_was_seen_in_interviews_says_so_and_has_no_number():
    found, entries = everything_decided()
    slide = deck_of(view_of(found, *entries)).slide("3. ")
    assert slide.title == "3. Payments: Nobody knows who may wake the database team"
    assert "Seen in interviews; the data hold no numbers on it." in slide.text
    assert "Write it into the run book." in slide.text
    assert (slide.charts, slide.tables) == ([], [])


def test_a_note_is_plain_text_in_the_notes_of_its_slide():
    found, entries = everything_decided()
    slide = deck_of(view_of(found, *entries)).slide("2. ")
    assert "The assessor's note: <b>Ask the *bank* first</b>" in slide.notes


def test_notes_and_names_of_thousands_of_signs_break_nothing():
    found = several(2)
    note = "<script>alert(1)</script> **bold** =1+1 \n" * 220
    many = decided(found[0], note=note[:10_000], owner="W" * 200)
    view = view_of(found, many, decided(found[1]), long=True)
    deck = deck_of(view)
    assert "<script>alert(1)</script>" in deck.slide("1. ").notes
    page = one_page_html(view)
    assert "<script>alert" not in page
    document = Document(page)
    assert (document.open, document.crossed) == ([], [])


def test_advice_of_thousands_of_signs_goes_on_over_slides_and_none_of_it_is_lost():
    words = " ".join(f"word{number}" for number in range(1_100))
    heard = Entry("interview:1", "confirmed", title="Long", advice=f"First\nline. {words}")
    deck = deck_of(view_of([], heard))
    own = [slide for slide in deck.slides if "what to do" in slide.title]
    assert len(own) > 1
    assert own[0].title == f"1. Long (what to do, 1 of {len(own)})"
    told = " ".join(" ".join(slide.texts[2:-1]) for slide in own)
    assert [word for word in words.split() if word not in told.split()] == []
    assert "The next slide has the whole text." in deck.slide("1. ").text


def test_signs_that_xml_does_not_allow_are_left_out():
    bad = "A\x00B\x0bC\ud800D\uffffE"
    heard = Entry("interview:1", "confirmed", title=bad, place=bad, advice=bad, owner=bad, note=bad)
    cover = Cover(client=bad, assessors=(bad,), scope=bad)
    deck = ReadDeck(deck_pptx(view_of([], heard), cover))
    assert "1. ABCDE: ABCDE" in deck.titles
    assert deck.presentation.core_properties.author == "ABCDE"


def test_the_roadmap_goes_by_effort_then_time_and_leaves_out_what_is_settled():
    found, entries = everything_decided()
    slide = deck_of(view_of(found, *entries)).slide("Roadmap")
    (rows,) = slide.tables
    assert [(row[0], row[1].partition(":")[0]) for row in rows[1:]] == [
        ("small", "1. Policy P2"),
        ("small", "3. Payments"),
        ("large", "2. Policy P0"),
        ("not set", "6. One responder of Search front line"),
    ]
    assert "2 findings are done or accepted as a risk and not listed here." in slide.text
    (chart,) = slide.charts
    assert [str(one) for one in chart.plots[0].categories] == [row[1] for row in rows[1:]]
    assert list(chart.plots[0].series[0].values) == [5_800.0, None, 6_000.0, 50.0]


def test_an_account_without_findings_says_so():
    deck = deck_of(view_of([]))
    assert "No finding" in deck.titles
    assert "too clear to be chance" in deck.slide("No finding").text
    assert deck.slide("Roadmap").text.startswith("Roadmap\nThere is no finding to act on.")
    assert "No difference is both large enough" in one_page_html(view_of([]))


def test_when_everything_is_dismissed_no_file_says_that_nothing_was_found():
    found = several(2)
    view = view_of(found, *(decided(one, "dismissed", reason="No") for one in found))
    for text in (deck_of(view).slide("No finding").text, one_page_html(view)):
        assert "Nothing that was found is told here." in text
        assert "No difference is both" not in text


def test_nothing_of_an_account_is_kept_in_memory_once_a_file_is_made():
    view = view_of(several(2))
    for make in (deck_pptx, one_page_html):
        make(view)
        assert measured._at_hundred.cache_info().currsize == 0
