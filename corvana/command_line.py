"""`python -m corvana …`: everything that works without a browser."""

import json
import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Final

import structlog
import typer
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from corvana import handed_over, jobs, logs, trace, upkeep, worker
from corvana.config import load_settings
from corvana.errors import CorvanaError
from corvana.memory import economise
from corvana.private_files import keep_private
from corvana.store import clock, connections, engagements
from corvana.store.engine import open_database
from corvana.store.people import audit, members, sign_ins
from corvana.store.vault import Vault

if TYPE_CHECKING:
    from corvana.doctor.report import Report

cli = typer.Typer(help=__doc__, no_args_is_help=True, pretty_exceptions_enable=False)
_NICER: Final = 10
"""`nice` increment of the prepare process."""
_NO_DELETIONS: Final = frozenset({"worker", "prepare", "sandbox"})
"""Commands that do not finish deletions: the worker attends to them by itself, and it starts the
others."""
_log = structlog.get_logger()
ConnectionId = Annotated[str, typer.Option("--connection", help="Id, as `connections` lists it.")]


@cli.callback()
def begin(context: typer.Context) -> None:
    """Corvana's PagerDuty integration."""
    settings = load_settings()
    logs.configure(settings.log_level, settings.log_format)
    trace.continue_run()
    keep_private(settings.data_dir)
    if context.invoked_subcommand not in _NO_DELETIONS:
        _finish_deletions()


def _finish_deletions() -> None:
    """Finish the deletions that were begun or wished for, where no worker does it.

    The command goes on when that fails: it may be the one that finds out why.
    """
    try:
        jobs.finish_deletions()
    except (CorvanaError, SQLAlchemyError, OSError) as error:
        _log.warning("deletions not finished", error=type(error).__name__)


@cli.command("connections")
def list_connections() -> None:
    """List every connection as JSON."""
    engine, vault = open_database(load_settings().database_url), Vault.of(load_settings())
    names = {engagement.id: engagement.name for engagement in engagements.listed(engine)}
    _print(
        [
            {
                "id": connection.id,
                "engagement": names.get(connection.engagement_id),
                "account": vault.account_of(connection),
                "region": connection.region,
                "status": connection.status,
                "reason": connection.status_reason,
                "connected_role": connection.connected_role,
                "partial": connection.partial,
                "connected_at": _text(connection.connected_at),
                "collected_at": _text(connection.collected_at),
                "data_version": connection.data_version,
            }
            for connection in connections.listed(engine)
        ]
    )


@cli.command()
def collect(connection: ConnectionId) -> None:
    """Collect one connection now, in this process."""
    engine = open_database(load_settings().database_url)
    connections.get(engine, connection)
    before = connections.latest_run(engine, connection)
    jobs.collect_connection(connection, trigger="command")
    run = connections.latest_run(engine, connection)
    if run is None or (before and before.id == run.id):
        _fail(
            "Nothing was collected: another worker holds this connection, or it is not connected."
        )
        return
    _print({"status": run.status, "rows": run.rows, "requests": run.requests, "error": run.error})
    if run.status != "finished":
        raise typer.Exit(1)


cli.command()(handed_over.export)
cli.command("report")(handed_over.write_report)
cli.command()(handed_over.deliver)


@cli.command()
def purge(connection: ConnectionId) -> None:
    """Disconnect: delete tokens and every collected row now, and print the receipt."""
    receipt = jobs.disconnect(connection, audit.COMMAND_LINE)
    _print(
        {
            "receipt": receipt.id,
            "requested_at": _text(receipt.requested_at),
            "completed_at": _text(receipt.completed_at),
            "revoked_at_pagerduty": receipt.revoked,
            "deleted": receipt.counts,
        }
    )


@cli.command()
def administrator(
    email: Annotated[str, typer.Argument(help="The address the person signs in with.")],
    remove: Annotated[bool, typer.Option("--remove", help="End it, with all sessions.")] = False,
) -> None:
    """Make somebody an administrator: the first one cannot be made on a page."""
    engine, now = open_database(load_settings().database_url), datetime.now(UTC)
    if remove:
        person_id = members.dismiss_administrator(engine, email)
        sign_ins.end_all_of(engine, person_id)
        audit.record(
            engine, "member removed", audit.COMMAND_LINE, now, detail=f"administrator {person_id}"
        )
        _print({"administrator": None, "person": person_id})
        return
    try:
        person_id = members.invite(engine, email, now, administrator=True)
    except ValueError as error:
        _fail(f"Nobody was made administrator: {error}.")
        return
    audit.record(engine, "invited", audit.COMMAND_LINE, now, detail=f"administrator {person_id}")
    _print({"administrator": email, "person": person_id})


@cli.command("audit")
def print_audit_trail() -> None:
    """Print the audit trail as JSON lines, the oldest entry first."""
    typer.echo(audit.lines(open_database(load_settings().database_url)), nl=False)


@cli.command()
def doctor(
    connection: Annotated[str | None, typer.Option(help="Id; default: every connection.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Do not ask PagerDuty.")] = False,
    only_shape: Annotated[
        bool,
        typer.Option("--shape", help="What could not be read: fields and kinds, never a value."),
    ] = False,
) -> None:
    """No data? Check everything it needs, in order, and say the one next step."""
    # A worker does not need the checks and their libraries, so they are imported only here.
    from corvana.doctor import gathering, shape  # noqa: PLC0415
    from corvana.doctor.report import as_document, as_text  # noqa: PLC0415

    wanted = [connection] if connection else gathering.connection_ids(load_settings())
    if only_shape:
        found = {one: shape.gathered(load_settings(), one) for one in wanted if one}
        if as_json:
            _print([shape.as_document(one, shapes) for one, shapes in found.items()])
        else:
            typer.echo("\n\n".join(shape.as_text(one, shapes) for one, shapes in found.items()))
        return
    reports = [_examined(one, offline=offline) for one in wanted]
    if as_json:
        _print([as_document(report) for report in reports])
    else:
        typer.echo("\n\n".join(as_text(report) for report in reports))
    if not all(report.healthy for report in reports):
        raise typer.Exit(1)


@cli.command()
def prepare(connection: ConnectionId) -> None:
    """Work out what pages will ask of the latest data version; a worker does so after each run."""
    from corvana.questions.prepare import prepare as work_out  # noqa: PLC0415 - only this command needs it

    economise()
    worker.stop_with_parent()
    os.nice(_NICER)
    settings = load_settings()
    engine = open_database(settings.database_url)
    vault = Vault.of(settings)
    _print({"prepared": work_out(settings, engine, vault, connection, clock.account_now(settings))})


cli.command("move-database")(upkeep.move_database)
cli.command("move-snapshots")(upkeep.move_snapshots)
cli.command("rotate-key")(upkeep.rotate_key)


@cli.command("worker")
def run_worker() -> None:
    """Run a worker until it is stopped."""
    worker.run()


@cli.command()
def sandbox(
    host: Annotated[str, typer.Option(help="Loopback address to listen on.")] = "127.0.0.1",
    port: Annotated[int | None, typer.Option(help="Default: CORVANA_SANDBOX_PORT.")] = None,
    seed: Annotated[int, typer.Option(envvar="CORVANA_SANDBOX_SEED", help="Which account.")] = 7,
    incidents: Annotated[int, typer.Option(min=1, envvar="CORVANA_SANDBOX_INCIDENTS")] = 6000,
    days: Annotated[int, typer.Option(min=1)] = 120,
    requests_per_minute: Annotated[
        int, typer.Option(min=1, envvar="CORVANA_SANDBOX_REQUESTS_PER_MINUTE")
    ] = 960,
) -> None:
    """Run the simulated PagerDuty account."""
    from corvana.sandbox.api.server import run_sandbox  # noqa: PLC0415 - only this command needs it

    worker.stop_with_parent()
    settings = load_settings()
    run_sandbox(
        settings.data_dir,
        host,
        port or settings.sandbox_port,
        seed=seed,
        incidents=incidents,
        days=days,
        requests_per_minute=requests_per_minute,
        redirect_uri=settings.redirect_uri if settings.shows_simulated_consent else None,
    )


def _examined(connection_id: str | None, *, offline: bool) -> "Report":
    from corvana.doctor import gathering  # noqa: PLC0415
    from corvana.doctor.report import diagnose  # noqa: PLC0415

    settings = load_settings()
    live = None if offline else gathering.live_facts(settings, connection_id)
    stored = gathering.stored_facts(settings, connection_id, datetime.now(UTC))
    return diagnose(connection_id, stored, live)


def _text(instant: datetime | None) -> str | None:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ") if instant else None


def _print(content: object) -> None:
    typer.echo(json.dumps(content, indent=2))


def _fail(message: str) -> None:
    typer.echo(message, err=True)
    raise typer.Exit(1)


def run() -> None:
    """Run the command. A `CorvanaError` is shown in one line, with exit code 1.

    So is a malformed setting, with its name and without its value.
    """
    try:
        cli()
    except CorvanaError as error:
        typer.echo(f"{type(error).__name__}: {error}", err=True)
        sys.exit(1)
    except ValidationError as error:
        for fault in error.errors(include_input=False, include_url=False):
            where = ".".join(map(str, fault["loc"])) or "settings"
            typer.echo(f"{where}: {fault['msg']}", err=True)
        sys.exit(1)
