"""All evidence in one zip; the same data version makes the same bytes."""

import io
import json
import zipfile
from pathlib import Path
from typing import IO, Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from corvana.analysis import method
from corvana.analysis.findings.registry import KINDS
from corvana.analysis.opening import opened, opened_document
from corvana.evidence import documents
from corvana.evidence.contracts import TABLES
from corvana.evidence.tables import table
from corvana.questions import accounts, csv_files
from corvana.questions.assessment.register_table import listed
from corvana.questions.view import View
from corvana.report.document import report_html

_WRITTEN: Final = (1980, 1, 1, 0, 0, 0)
"""The date of every file: the earliest date of the zip format. metrics.json has the data's date."""


def evidence_zip(view: View) -> bytes:
    """Return the pack of a data version as bytes, for a download."""
    target = io.BytesIO()
    _write(view, target)
    return target.getvalue()


def write_evidence(view: View, path: Path) -> list[str]:
    """Write the pack to `path`, whose folder is made when missing; return the names in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as target:
        return _write(view, target)


def _write(view: View, target: IO[bytes]) -> list[str]:
    """Each table as CSV and Parquet, one at a time, then the documents."""
    account, labels = accounts.whole(view), view.frame("labels")
    with zipfile.ZipFile(target, "w") as archive:
        for name in TABLES:
            made = opened(table(name, account, labels, view.targets), view.seal)
            with archive.open(_entry(f"{name}.csv"), "w", force_zip64=True) as file:
                csv_files.write(_as_text(made), file)
            with archive.open(_entry(f"{name}.parquet"), "w", force_zip64=True) as file:
                pq.write_table(pa.Table.from_pandas(made, preserve_index=False), file)
        found = opened_document(documents.findings(view, account, KINDS), view.seal)
        archive.writestr(_entry("findings.json"), _json(found))
        archive.writestr(_entry("metrics.json"), _json(documents.metrics(view, account)))
        archive.writestr(_entry("register.csv"), csv_files.written(listed(view, "confirmed")))
        archive.writestr(_entry("method.md"), method.markdown(KINDS))
        archive.writestr(_entry("report.html"), report_html(view))
        return archive.namelist()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _WRITTEN)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    entry.create_system = 3
    return entry


def _as_text(frame: pd.DataFrame) -> pd.DataFrame:
    """Convert instants to text; other columns are unchanged."""
    instants = frame.select_dtypes("datetimetz").columns
    return frame.assign(
        **{name: frame[name].dt.strftime(documents.INSTANT_FORMAT) for name in instants}
    )


def _json(document: Any) -> str:
    return json.dumps(document, indent=2, allow_nan=False) + "\n"
