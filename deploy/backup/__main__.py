"""Command for backups and what follows a restore: `python -m deploy.backup create|wal|verify|restore|mark-restored`."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import typer

from deploy.backup import physical
from deploy.options import AdminDsn, Authority, Bootstrap, Database, KafkaAdmin, KafkaPassword, Mechanism, Security
from deploy.postgres.apply import DATABASE, SERVICES

app = typer.Typer(no_args_is_help=True, add_completion=False)
Folder = Annotated[Path, typer.Option(envvar="TANGGAP_BACKUP", help="the folder of base backups and WAL")]
Base = Annotated[Path | None, typer.Option(help="a base backup; the newest when left out")]


@app.callback()
def main() -> None:
    """Back the database up, and bring the services back after a restore."""


@app.command()
def create(admin_dsn: AdminDsn, folder: Folder) -> None:
    """Make a base backup."""
    typer.echo(f"made {physical.create(physical.programs(), admin_dsn, folder)}")


@app.command()
def wal(admin_dsn: AdminDsn, folder: Folder) -> None:
    """Archive the WAL until stopped. It lets a restore go to any instant after a base backup."""
    programs, env = physical.programs(), physical.environment(admin_dsn)
    physical.run(physical.slot_command(programs), env)
    command = physical.wal_command(programs, folder)
    os.execve(command[0], command, {**os.environ, **env})  # noqa: S606  (it replaces this process, with its signals)


@app.command()
def verify(folder: Folder, base: Base = None) -> None:
    """Check every file of a base backup, and that the archive has no hole."""
    chosen = base or physical.newest(folder)
    count = physical.verify(physical.programs(), chosen, folder)
    typer.echo(f"{chosen} is whole; {count} segments of WAL without a hole")


@app.command()
def restore(
    folder: Folder,
    into: Annotated[Path, typer.Option(help="an empty folder, which becomes the server's data directory")],
    until: Annotated[datetime | None, typer.Option(help="UTC; the end of the archive when left out")] = None,
    base: Base = None,
    owner: Annotated[str | None, typer.Option(help="the account of the server")] = None,
) -> None:
    """Make a data directory that recovers to an instant when a server is started on it. Then run mark-restored."""
    at = until.replace(tzinfo=UTC) if until is not None and until.tzinfo is None else until
    physical.restore(base or physical.newest(folder), folder, into, at, owner)
    typer.echo(f"{into} is ready. Start the server on it, then run `python -m deploy.backup mark-restored`.")


@app.command("restore-schema")
def restore_schema(
    schema: str,
    restored: Annotated[str, typer.Option("--from", help="superuser's address of the server with the older database")],
    admin_dsn: AdminDsn,
    folder: Folder,
    database: Database = DATABASE,
) -> None:
    """Put one schema of an older database in the place of the present one, which is kept under another name."""
    from deploy.backup.mark import AtWork, set_aside

    if schema not in SERVICES:
        raise typer.BadParameter(f"no service is named {schema}")
    live, older = in_database(admin_dsn, database), in_database(restored, database)
    kept = f"{schema}_{datetime.now(UTC):%Y%m%d%H%M%S}"
    try:
        asyncio.run(set_aside(live, schema, kept))
    except AtWork as sessions:
        raise SystemExit(f"still connected: {sessions}. Stop all services, then run this again.") from None
    try:
        physical.copy_schema(physical.programs(), older, live, schema, folder)
    except physical.BackupFailed:
        asyncio.run(set_aside(live, kept, schema))
        raise
    typer.echo(f"{schema} is restored; {kept} holds what it was. Now run `mark-restored --only {schema}`.")


@app.command("mark-restored")
def mark_restored(
    admin_dsn: AdminDsn,
    bootstrap: Bootstrap,
    only: Annotated[list[str] | None, typer.Option(help="a schema that was restored alone; all when left out")] = None,
    database: Database = DATABASE,
    admin_user: KafkaAdmin = "admin",
    admin_password: KafkaPassword = "",
    mechanism: Mechanism = "SCRAM-SHA-512",
    security: Security = "SASL_PLAINTEXT",
    ca: Authority = None,
) -> None:
    """Begin a new epoch of the restored services, while all services are stopped, and list what was forgotten."""
    from deploy.backup.mark import AtWork
    from deploy.backup.mark import mark_restored as mark
    from deploy.backup.sent import sent
    from deploy.kafka.apply import login
    from shared.events.catalogue import INTERNAL

    restored = tuple(only or SERVICES)
    unknown = set(restored) - set(SERVICES)
    if unknown:
        raise typer.BadParameter(f"no service is named {', '.join(sorted(unknown))}")
    streams = [stream for stream in INTERNAL if stream.writer in restored]
    events = sent(login(bootstrap, security, admin_user, admin_password, ca, mechanism), streams)
    try:
        done = asyncio.run(mark(in_database(admin_dsn, database), events, restored))
    except AtWork as sessions:
        raise SystemExit(f"still connected: {sessions}. Stop all services, then run this again.") from None
    for service, epoch in done.epochs.items():
        typer.echo(f"{service}: epoch {epoch}")
    typer.echo(f"{done.queued} events are sent again; {done.forgotten} were seen outside and forgotten.")
    typer.echo("Start the services. `python -m deploy.books` then lists what people must look at.")


@app.command()
def settle(
    event: UUID,
    who: Annotated[str, typer.Option()],
    why: Annotated[str, typer.Option()],
    admin_dsn: AdminDsn,
    database: Database = DATABASE,
) -> None:
    """Take one entry off the list of what was forgotten. The row stays, with who settled it and why."""
    from deploy.backup.mark import settle as settle_one

    if not asyncio.run(settle_one(in_database(admin_dsn, database), event, who, why)):
        raise SystemExit(f"no open entry {event}")
    typer.echo("settled")


def in_database(admin_dsn: str, database: str) -> str:
    """Return the administrator's address of one database of the server."""
    return urlunsplit(urlsplit(admin_dsn)._replace(path=f"/{database}"))


if __name__ == "__main__":
    try:
        app()
    except physical.BackupFailed as failed:
        raise SystemExit(str(failed)) from None
