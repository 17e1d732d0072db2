"""The register as a table and as files: whose rows, which texts, and no formula."""

import csv
import io
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest

from corvana.analysis.assessment.gone_and_back import Trace
from corvana.analysis.assessment.register import Entry, register_of
from corvana.questions.assessment import register as questions
from corvana.questions.assessment import register_table
from corvana.questions.file import as_csv
from corvana.questions.view import View
from tests.builders.analysis.ledger_of_findings import CODE, finding, ledger, overloaded, shifts
from tests.builders.evidence.read_report import labels, version

NOW = datetime(2026, 3, 1, tzinfo=UTC)
FOUND = ledger(
    finding("slow_ack", minutes=90.0),
    finding("exhausted_policy", minutes=60.0),
    overloaded(30.0),
)


def view(*entries: Entry, names: dict[str, str] | None = None, **traces: Trace) -> View:
    data = version(findings=FOUND, shifts=shifts(5), labels=labels(**(names or {"P1": "Payments"})))
    made = View.of_version(data, register_of(entries))
    return replace(made, traces={key.replace("__", ":"): one for key, one in traces.items()})


def confirmed(kind: str, **more: object) -> Entry:
    return Entry(f"{kind}:P1", "confirmed", **more)  # type: ignore[arg-type]


def test_every_finding_has_a_row_also_before_anything_is_decided() -> None:
    rows = register_table.rows(view())
    assert rows["key"].tolist()[:2] == ["slow_ack:P1", "exhausted_policy:P1"]
    assert rows["where"].tolist()[:2] == ["Payments", "Payments"]
    assert set(rows["status"]) == {"open"}
    assert set(rows["in_the_data"]) == {"in the data"}
    assert register_table.counted(view()) == "**3 findings:** 3 open."


def test_a_renamed_policy_keeps_its_entry() -> None:
    entry = confirmed("slow_ack", note="Ours")
    before = register_table.rows(view(entry)).set_index("key")
    after = register_table.rows(view(entry, names={"P1": "Checkout"})).set_index("key")
    assert before.index.tolist() == after.index.tolist()
    assert (before["where"]["slow_ack:P1"], after["where"]["slow_ack:P1"]) == (
        "Payments",
        "Checkout",
    )
    assert after["note"]["slow_ack:P1"] == "Ours"


def test_a_deleted_policy_is_called_by_the_label_that_was_collected() -> None:
    """No name is stored in the register; labels of deleted objects stay with the collected data."""
    gone = Entry("level_never_answers:P9:2", "confirmed")
    known = view(gone, names={"P1": "Payments", "P9": "Old policy"})
    row = register_table.rows(known).set_index("key").loc[gone.key]
    assert (row["where"], row["title"]) == ("Old policy, level 2", "never answers")
    assert row["in_the_data"] == "not in the data"
    nameless = register_table.rows(view(gone)).set_index("key").loc[gone.key]
    assert nameless["where"] == "unknown (P9), level 2"


def test_what_the_data_show_stands_beside_what_was_decided() -> None:
    last = NOW - timedelta(days=40)
    rows = register_table.rows(
        view(
            confirmed("slow_ack"),
            slow_ack__P1=Trace("back", NOW, NOW),
            exhausted_policy__P1=Trace("cannot tell", NOW, last),
        )
    ).set_index("key")
    assert rows["in_the_data"]["slow_ack:P1"] == "back since 1 Mar 2026"
    assert rows["in_the_data"]["exhausted_policy:P1"] == "cannot tell, last seen on 20 Jan 2026"
    gone = view(confirmed("slow_ack"), slow_ack__P1=Trace("gone", NOW, last))
    assert register_table.counted(gone) == (
        "**3 findings:** 2 open, 1 confirmed. By the data, 1 is gone."
    )


def test_the_rows_to_pass_on_have_neither_open_nor_dismissed_ones_nor_a_code() -> None:
    known = view(
        Entry("exhausted_policy:P1", "dismissed", reason="Meant so", note="Hidden"),
        Entry(f"overloaded_responder:{CODE}0:H1", "confirmed", reason="Earlier reason"),
        Entry("interview:1", "confirmed", title="No runbooks", advice="Write them."),
    )
    passed_on = register_table.listed(known, "confirmed")
    assert passed_on["title"].tolist() == ["carries more than an equal share", "No runbooks"]
    assert passed_on["where"].tolist()[0].startswith("One responder of ")
    text = as_csv(passed_on).decode()
    for hidden in (CODE, "Meant so", "Hidden", "Earlier reason", "slow", "runs out"):
        assert hidden not in text, hidden
    assert register_table.listed(view(), "confirmed").empty
    assert len(register_table.listed(known, "all")) == 4
    assert "Meant so" in as_csv(register_table.listed(known, "all")).decode()


@pytest.mark.parametrize("which", ["confirmed", "all"])
def test_a_text_that_looks_like_a_formula_stays_text(which: register_table.Which) -> None:
    texts = ["=1+1", "+A1", "-A1", "@SUM(A1)", '=HYPERLINK("http://x")', "http://x.example"]
    entry = confirmed("slow_ack", note="\n".join(texts), owner=texts[0])
    others = [
        Entry(f"interview:{n}", "confirmed", title=text) for n, text in enumerate(texts, start=1)
    ]
    frame = register_table.listed(view(entry, *others), which)
    book = zipfile.ZipFile(io.BytesIO(register_table.workbook(frame)))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    strings = book.read("xl/sharedStrings.xml").decode()
    for text in texts:
        assert text.replace('"', "&quot;") in strings or text in strings
    for row in csv.reader(io.StringIO(as_csv(frame).decode())):
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@"))]
    assert "'=1+1" in as_csv(frame).decode()


def test_dates_and_numbers_of_the_workbook_are_dates_and_numbers() -> None:
    entry = confirmed("slow_ack", due_on=date(2026, 12, 24), note="x" * 10_000)
    frame = register_table.listed(view(entry), "confirmed")
    book = zipfile.ZipFile(io.BytesIO(register_table.workbook(frame)))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<v>46380</v>" in sheet
    assert "<v>90</v>" in sheet
    assert "x" * 10_000 in book.read("xl/sharedStrings.xml").decode()


def test_confirmed_ones_are_asked_for_in_order_and_done_ones_with_their_date() -> None:
    known = view(
        confirmed("slow_ack", position=2, owner="Payments team", effort="M"),
        Entry("exhausted_policy:P1", "done", done_on=date(2026, 2, 3), position=1),
        Entry("interview:1", "dismissed", title="No"),
    )
    found = questions.confirmed(known)
    assert [one.entry.key for one in found] == ["exhausted_policy:P1", "slow_ack:P1"]
    assert (found[1].owner, found[1].effort) == ("Payments team", "M")
    assert found[1].finding is not None
    ((only, on),) = questions.done(known)
    assert (only.entry.key, on) == ("exhausted_policy:P1", date(2026, 2, 3))


def test_the_clients_answer_stands_in_the_table_and_changes_the_time() -> None:
    known = view(confirmed("exhausted_policy", answer="partly", share=0.25))
    row = register_table.rows(known).set_index("key").loc["exhausted_policy:P1"]
    assert row["client_says"] == "partly (about 25 %)"
    assert row["avoidable_minutes_per_month"] == 15.0
    assert isinstance(register_table.rows(known), pd.DataFrame)
