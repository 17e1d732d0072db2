"""The commands that write what is handed over: evidence pack, report, and everything together."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from corvana.config import load_settings
from corvana.store import clock, connections
from corvana.store.engine import open_database

if TYPE_CHECKING:
    from corvana.questions.cover import Cover
    from corvana.questions.view import View

ConnectionId = Annotated[str, typer.Option("--connection", help="Id, as `connections` lists it.")]
By = Annotated[str, typer.Option(help="Who prepares it, for the first page.")]
_EVIDENCE: Final = Path("evidence.zip")


def export(
    connection: ConnectionId,
    out: Annotated[Path, typer.Option(help="The zip to write.")] = _EVIDENCE,
) -> None:
    """Write the evidence of the latest data version: tables, findings and totals in one zip."""
    from corvana.evidence.pack import write_evidence  # noqa: PLC0415 - only this command needs it

    view, _ = _opened(connection, "")
    _print({"written": str(out), "files": write_evidence(view, out)})


def write_report(
    connection: ConnectionId,
    out: Annotated[Path | None, typer.Option(help="Default: client and date.")] = None,
    by: By = "",
) -> None:
    """Write the report of the latest data version and the method: HTML that opens offline."""
    from corvana.report.written import write  # noqa: PLC0415 - only this command needs it

    view, cover = _opened(connection, by)
    _print({"written": write(view, cover, out), "data_version": view.version})


def deliver(
    connection: ConnectionId,
    out: Annotated[Path, typer.Option(help="The folder; it is made when missing.")],
    by: By = "",
) -> None:
    """Write everything that is handed over: deck, one page, report, method, register, evidence."""
    from corvana.deck import delivery  # noqa: PLC0415 - only this command needs it

    view, cover = _opened(connection, by)
    try:
        written = delivery.deliver(view, cover, out)
    except OSError as error:
        typer.echo(f"Nothing was written to {out}: {error.strerror or 'no access'}.", err=True)
        raise typer.Exit(1) from None
    typer.echo(delivery.told(written, out))


def _opened(connection_id: str, by: str) -> "tuple[View, Cover]":
    from corvana.questions.opened import view_by_itself  # noqa: PLC0415 - as above
    from corvana.report.written import cover_of  # noqa: PLC0415

    settings = load_settings()
    engine = open_database(settings.database_url)
    found = connections.get(engine, connection_id)
    cover = cover_of(engine, settings, found, by, clock.account_now(settings))
    return view_by_itself(settings, engine, found), cover


def _print(content: object) -> None:
    typer.echo(json.dumps(content, indent=2))
