"""The findings register as a table: on its page, as a workbook and as CSV."""

import io
from collections.abc import Mapping
from typing import Final, Literal

import pandas as pd
from xlsxwriter import Workbook

from corvana.analysis.answers import findings as words
from corvana.analysis.answers import register as answers
from corvana.analysis.answers.reviewed import Heard, Recommended
from corvana.analysis.assessment.register import Entry, Register, in_order
from corvana.analysis.findings.kind import Finding
from corvana.analysis.findings.registry import kind_of
from corvana.questions import findings
from corvana.questions.file import declare, table
from corvana.questions.labels import subjects
from corvana.questions.view import View
from corvana.questions.walkthrough import told

Which = Literal["confirmed", "all"]
"""Which rows a file has: what stakeholders are told of, or everything."""

COLUMNS: Final = (
    *("order", "where", "title", "status", "owner", "effort", "due", "done"),
    *("avoidable_minutes_per_month", "in_the_data", "client_says", "advice", "note", "reason"),
)
"""`order` counts from 1; `effort` is S, M or L; `due` and `done` are dates. A text is empty, and a
date or number missing, where there is none."""
_WIDTHS: Final[Mapping[str, int]] = {
    "where": 28, "title": 36, "owner": 22, "in_the_data": 22, "advice": 60, "note": 60,
    "reason": 30, "due": 12, "done": 12, "status": 14,
}  # fmt: skip
_HEADINGS: Final[Mapping[str, str]] = {
    "order": "Order", "where": "Where", "title": "Finding", "status": "Status", "owner": "Owner",
    "effort": "Effort", "due": "Due", "done": "Done on",
    "avoidable_minutes_per_month": "Avoidable minutes a month", "in_the_data": "In the data",
    "client_says": "The client says", "advice": "What to do", "note": "Note", "reason": "Reason",
}  # fmt: skip


def entries(view: View) -> list[Entry]:
    """Return an entry for every finding and everything seen in interviews, in order.

    A finding that nobody decided about has an open entry that is not stored.
    """
    found = [words.key(one) for one in findings.listed(view)]
    every: Register = {**{key: Entry(key) for key in found}, **view.register}
    return in_order(every.values(), found)


def rows(view: View) -> pd.DataFrame:
    """Return a row for each of `entries`: `key`, and COLUMNS but `advice`."""
    found = {words.key(one): one for one in findings.listed(view)}
    names = subjects(view)
    made = [
        {"key": one.key, "order": number, **_row(view, one, found.get(one.key), names)}
        for number, one in enumerate(entries(view), start=1)
    ]
    return pd.DataFrame(made, columns=["key", *(name for name in COLUMNS if name != "advice")])


def counted(view: View) -> str:
    """Return the answer of the page: how many findings there are of each status."""
    states = [view.traces[one.key].state for one in entries(view) if one.key in view.traces]
    return answers.answer(entries(view), states.count("gone"), states.count("back"))


def seen(view: View, entry: Entry) -> str:
    """Return what the data show of an entry."""
    is_found = any(words.key(one) == entry.key for one in findings.listed(view))
    return answers.seen(entry, view.traces.get(entry.key), is_found=is_found)


def listed(view: View, which: Which) -> pd.DataFrame:
    """Return COLUMNS of the register as a file has them.

    `confirmed` are the rows for stakeholders: what is told (`walkthrough.told`), without reasons,
    and without a responder's code. `all` are all rows, for the assessors themselves.
    """
    if which == "all":
        every = rows(view).set_index("key")
        advice = {words.key(one): findings.advice(view, one) for one in findings.listed(view)}
        written = {key: one.advice for key, one in view.register.items() if one.is_from_interview}
        return every.assign(advice=every.index.map({**advice, **written})).reset_index()[
            list(COLUMNS)
        ]
    shown = told(view)
    made = [_told(view, number, one) for number, one in enumerate(shown.items, start=1)]
    return pd.DataFrame(made if shown.is_reviewed else [], columns=list(COLUMNS))


def workbook(frame: pd.DataFrame) -> bytes:
    """Return a frame of COLUMNS as XLSX. No text is taken for a formula, a number or a link."""
    file = io.BytesIO()
    book = Workbook(
        file,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
         "strings_to_numbers": False},
    )  # fmt: skip
    sheet = book.add_worksheet("Findings")
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True})
    wrapped.set_align("top")
    day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left", "valign": "top"})
    for column, name in enumerate(frame.columns):
        sheet.write_string(0, column, _HEADINGS[name], bold)
        sheet.set_column(column, column, _WIDTHS.get(name, 10), wrapped)
    for number, row in enumerate(frame.itertuples(index=False, name=None), start=1):
        for column, value in enumerate(row):
            if value is None or pd.isna(value):
                continue
            if hasattr(value, "isoformat"):
                sheet.write_datetime(number, column, value, day)
            elif isinstance(value, str):
                sheet.write_string(number, column, value, wrapped)
            else:
                sheet.write_number(number, column, float(value))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(frame), 1), len(frame.columns) - 1)
    book.close()
    return file.getvalue()


def _row(
    view: View, entry: Entry, finding: Finding | None, names: Mapping[str, str]
) -> dict[str, object]:
    if entry.is_from_interview:
        where, title = entry.place, entry.title
    elif finding is not None:
        where, title = words.where(finding, names), kind_of(finding.kind).says
    else:
        where, title = answers.called(entry.key, names)
    return {
        "where": where,
        "title": title,
        "avoidable_minutes_per_month": finding.avoidable_minutes_per_month if finding else None,
        "in_the_data": answers.seen(
            entry, view.traces.get(entry.key), is_found=finding is not None
        ),
        **_decided(entry),
        "note": entry.note,
        "reason": entry.reason,
    }


def _told(view: View, number: int, one: Recommended) -> dict[str, object]:
    entry = one.entry or Entry("")
    is_heard = isinstance(one.told, Heard)
    finding = None if isinstance(one.told, Heard) else one.told.finding
    return {
        "order": number,
        "where": one.told.where,
        "title": one.told.title if finding is None else kind_of(finding.kind).says,
        "avoidable_minutes_per_month": finding.avoidable_minutes_per_month if finding else None,
        "in_the_data": answers.seen(entry, view.traces.get(entry.key), is_found=not is_heard),
        **_decided(entry),
        "advice": one.setting.advice,
        "note": entry.note,
        "reason": "",
    }


def _decided(entry: Entry) -> dict[str, object]:
    return {
        "status": entry.status,
        "owner": entry.owner,
        "effort": entry.effort,
        "due": entry.due_on,
        "done": entry.done_on,
        "client_says": answers.client_said(entry.answer, entry.share),
    }


CSV: Final = table("register", listed)
XLSX: Final = declare(
    "register.xlsx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    listed,
    workbook,
)
