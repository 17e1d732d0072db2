"""The report on a disk, with the method beside it."""

from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from corvana.analysis.findings.registry import KINDS
from corvana.config import Settings
from corvana.questions.cover import Cover
from corvana.questions.view import View
from corvana.report.document import report_html
from corvana.report.method_page import method_html
from corvana.store import engagements
from corvana.store.models import Connection
from corvana.store.vault import Vault
from corvana.store.written import settings as written

REPORT: Final = "corvana-report.html"
METHOD: Final = "corvana-method.html"


def cover_of(
    engine: Engine, settings: Settings, connection: Connection, by: str, now: datetime
) -> Cover:
    """Return the cover of a report about a connection. `by` prepares it.

    The client is named as in the settings of the assessment, or else as the engagement.
    """
    client = written.of(engine, connection.engagement_id).client
    logo = written.logo(engine, connection.engagement_id)
    return Cover(
        client=client.name or engagements.get(engine, connection.engagement_id).name,
        account=Vault.of(settings).account_of(connection),
        prepared_on=now.date(),
        prepared_by=by,
        is_simulated=settings.uses_sandbox,
        is_partial=connection.partial,
        scope=client.scope,
        assessors=client.people,
        begins=client.begins,
        ends=client.ends,
        accent=client.accent,
        logo=logo.content if logo else b"",
        logo_type=logo.media_type if logo else "",
    )


def write(view: View, cover: Cover, out: Path | None = None) -> list[str]:
    """Write report and method, by default named after client and date; return their paths."""
    report = out or Path(cover.named(REPORT))
    texts = {
        report: report_html(view, cover),
        report.with_name(METHOD): method_html(KINDS),
    }
    report.parent.mkdir(parents=True, exist_ok=True)
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8", newline="\n")
    return [str(path) for path in texts]
