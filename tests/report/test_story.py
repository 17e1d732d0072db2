"""The report's story: a summary, findings with what to do, what is good, an appendix."""

from dataclasses import replace
from datetime import date, time

from corvana.analysis.assessment.register import Entry, register_of
from corvana.analysis.findings.registry import KINDS, kind_of
from corvana.analysis.scorecard import DIMENSIONS, scorecard
from corvana.assessment.settings import AssessmentSettings
from corvana.questions.cover import Cover
from corvana.questions.view import View
from corvana.report.document import report_html
from corvana.report.method_page import method_html
from corvana.versions.account_frames import account_of
from tests.builders.analysis.ledger_of_findings import finding, ledger, overloaded, shifts
from tests.builders.evidence.read_report import Document, labels, reported, version


def test_it_tells_a_story_summary_findings_what_is_good_appendix() -> None:
    found = ledger(finding("exhausted_policy"), finding("noisy_service"))
    document = Document(reported(version(findings=found)))
    sections = [attributes["id"] for tag, attributes in document.tags if tag == "section"]
    assert sections == ["summary", "found", "good", "appendix"]
    assert document.titles(2) == [
        "Biggest problems", "What we found", "What is good", "Appendix",
    ]  # fmt: skip
    assert document.titles(3)[-5:] == [
        "Findings in numbers", "Scorecard", "The data", "How to read the numbers", "Privacy",
    ]  # fmt: skip


def test_the_first_page_says_whose_account_which_period_when_and_by_whom() -> None:
    cover = Cover(
        "Acme Bank", "acme-bank", date(2026, 3, 2), "ann@corvana.example",
        is_simulated=True, is_partial=True,
    )  # fmt: skip
    document = Document(report_html(View.of_version(version()), cover))
    facts = dict(zip(document.texts_of("dt"), document.texts_of("dd"), strict=True))
    assert {name: facts[name] for name in list(facts)[:5]} == {
        "Client": "Acme Bank",
        "PagerDuty account": "acme-bank (simulated, partial access)",
        "Period": "1 Feb to 1 Mar 2026",
        "Prepared on": "2 Mar 2026",
        "Prepared by": "ann@corvana.example",
    }


def test_what_is_not_known_of_the_cover_is_left_out() -> None:
    document = Document(reported(version()))
    assert document.texts_of("dt")[:2] == ["Period", "Prepared by"]
    assert document.texts_of("dd")[:2] == ["1 Feb to 1 Mar 2026", "Corvana"]


def test_a_clients_name_is_text_on_the_page_and_at_its_foot() -> None:
    name = '</style><script>x</script>"}*{display:none} Łódź'
    made = report_html(View.of_version(version()), Cover(name))
    document = Document(made)
    assert (document.open, document.crossed) == ([], [])
    assert name in document.texts_of("dd")
    [style] = document.styles
    assert "<" not in style.partition("@bottom-left")[2]
    assert style.partition("@bottom-left")[2].count('"') == 2


def test_each_finding_stands_with_what_to_do_where_and_how_sure_it_is() -> None:
    found = ledger(finding("exhausted_policy"), finding("noisy_service", minutes=30.0))
    made = reported(version(findings=found, labels=labels(P1="Payments")))
    story = made.partition('id="found"')[2].partition('id="good"')[0]
    [_, first, second] = story.split("<article")
    for said in (
        "Payments: runs out of people to page",
        "Not yet reviewed · up to 1\u00a0h a month of avoidable waiting · very sure.",
        "What to do.</strong> Let the policy repeat",
        "Where.</strong> Escalation policy: how often it repeats, and who is on its last level.",
        "How sure we are.</strong> We are very sure that this is not chance.",
    ):
        assert first.count(said) == 1, said
    assert "pages for nothing" in second


def test_until_one_is_confirmed_the_three_largest_are_told_and_the_others_counted() -> None:
    kinds = ("exhausted_policy", "noisy_service", "slow_ack", "level_never_answers")
    found = ledger(*(finding(kind, minutes=60.0 - place) for place, kind in enumerate(kinds)))
    made = reported(version(findings=found))
    summary = Document(made.partition('id="summary"')[2].partition("</section>")[0])
    assert summary.titles(3) == [f"P1: {kind_of(kind).says}" for kind in kinds[:3]]
    assert "4" in summary.texts_of("p")
    story = made.partition('id="found"')[2]
    assert [kind_of(kind).says in story for kind in kinds] == [True, True, True, False]
    assert "1 further finding is not told before it is reviewed." in story
    assert made.count("Not yet reviewed · up to") == 6


def test_the_confirmed_ones_are_told_in_the_assessors_order_with_owner_and_note() -> None:
    kinds = ("exhausted_policy", "noisy_service", "slow_ack", "level_never_answers")
    found = ledger(*(finding(kind, minutes=60.0 - place) for place, kind in enumerate(kinds)))
    register = register_of(
        [
            Entry("slow_ack:P1", "confirmed", note="<b>Agreed</b>\n=1+1", position=1),
            Entry("noisy_service:P1", "accepted risk", owner="<i>Shop</i>", position=2),
            Entry("exhausted_policy:P1", "dismissed", reason="Meant so.", note="Not for them"),
            Entry("interview:1", "confirmed", title="<u>No runbooks</u>", position=3),
        ]
    )
    made = report_html(View.of_version(version(findings=found), register))
    document = Document(made)
    assert (document.open, document.crossed) == ([], [])
    story = Document(made.partition('id="found"')[2].partition("</section>")[0])
    assert story.titles(3) == [
        f"P1: {kind_of('slow_ack').says}",
        f"P1: {kind_of('noisy_service').says}",
        "<u>No runbooks</u>",
    ]
    assert "<b>Agreed</b> =1+1" in story.texts_of("p")
    assert "Owner: <i>Shop</i>" in story.texts_of("p")
    assert "Accepted risk · up to" in story.text
    assert "Seen in interviews, not measured." in story.texts_of("p")
    for hidden in (kind_of("exhausted_policy").says, "Meant so.", "Not for them", "reviewed"):
        assert hidden not in document.text, hidden


def test_what_was_looked_for_and_not_found_is_listed_and_what_is_withheld_is_not() -> None:
    found = ledger(finding("exhausted_policy"), overloaded())
    made = reported(version(findings=found, shifts=shifts(4), labels=labels(H1="Front line")))
    good = Document(made.partition('id="good"')[2].partition("</section>")[0])
    absent = good.texts_of("li")
    assert len(absent) == len(KINDS) - 2
    assert kind_of("exhausted_policy").title not in absent
    assert kind_of("overloaded_responder").title not in absent


def test_before_findings_were_looked_for_none_is_called_absent() -> None:
    document = Document(reported(replace(version(), analysed_as_of=None)))
    assert "Looked for and not found" not in document.titles(3)
    assert "Findings are made when a collection is complete" in document.text


def test_the_method_is_a_file_of_its_own() -> None:
    document = Document(method_html(KINDS))
    assert (document.open, document.crossed, document.loads) == ([], [], [])
    assert document.headings.count(1) == 1
    assert document.scripts == []
    for kind in KINDS:
        assert kind.title in document.titles(3)
    for checks in DIMENSIONS.values():
        for check in checks:
            assert " ".join(check.source.split()) in document.text
    report = Document(reported(version()))
    assert "corvana-method.html" in report.text
    assert "Benjamini" not in report.text


def test_a_check_with_most_points_is_good_and_one_with_fewer_is_not() -> None:
    checks = scorecard(account_of(version())).assign(is_known=True, value=0.5, points=79.9)
    checks.loc[checks["check"].eq("Somebody is on call"), ["points", "value"]] = [80.0, 0.99]
    made = reported(version(scorecard=checks))
    good = Document(made.partition('id="good"')[2].partition("</section>")[0])
    assert f"1 of {len(checks)} checks has at least 80 of 100 points." in good.text
    assert good.texts_of("th")[5:] == ["Somebody is on call"]


def test_the_first_page_is_the_client_s_with_its_logo_colour_and_assessors() -> None:
    cover = Cover(
        "Acme <b>",
        prepared_by="ann@corvana.example",
        assessors=("Ann Lee", "Bob Ray"),
        begins=date(2026, 3, 1),
        ends=date(2026, 4, 30),
        scope="All teams\n<script>alert(1)</script>",
        accent="#0b1f3f",
        logo=b"\x89PNG pixels",
        logo_type="image/png",
    )
    made = report_html(View.of_version(version()), cover)
    document = Document(made)
    facts = dict(zip(document.texts_of("dt"), document.texts_of("dd"), strict=False))
    assert facts["Prepared by"] == "Ann Lee, Bob Ray"
    assert facts["Assessment"] == "1 Mar 2026 to 30 Apr 2026"
    assert 'src="data:image/png;base64,iVBORyBwaXhlbHM=" alt="Acme &lt;b&gt;"' in made
    assert ":root{--accent:#0b1f3f}" in made
    assert ":root{--accent:#747f92}" in made, "on the dark background"
    assert "All teams\n&lt;script&gt;alert(1)&lt;/script&gt;" in made
    assert "Figures rest on" not in facts


def test_what_figures_rest_on_stands_on_the_first_page_where_it_is_not_the_usual() -> None:
    settings = AssessmentSettings(smallest_group=8).with_hours(sleep_start=time(23))
    view = replace(View.of_version(version()), settings=settings)
    facts = Document(report_html(view, Cover("Acme"))).texts_of("dd")
    assert "sleep 23:00–08:00, groups of at least 8 people" in facts
