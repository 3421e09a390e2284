"""The commands that every service has.

Heavy modules are imported inside the commands, so that small commands start fast.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar
from uuid import UUID

import typer

if TYPE_CHECKING:
    from shared.runtime.app import App
    from shared.settings import Settings

T = TypeVar("T")
Load = Callable[[], "Settings"]
Build = Callable[[Any], "App[Any]"]


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a command to its end on uvloop. Raises SystemExit with one line when the database cannot be reached."""
    import socket

    import asyncpg
    import uvloop

    away = (ConnectionError, TimeoutError, socket.gaierror, asyncpg.PostgresConnectionError)
    try:
        return uvloop.run(work)
    except (*away, asyncpg.InvalidAuthorizationSpecificationError) as error:
        raise SystemExit(f"the database cannot be reached: {type(error).__name__}") from None


def service_cli(name: str, load: Load, build: Build) -> typer.Typer:
    """Return the command line of one service: serve, migrate, keys, parked, republish, openapi, asyncapi."""
    app = typer.Typer(name=name, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

    @app.callback()
    def main() -> None:
        """Commands of one Tanggap service."""

    @app.command()
    def serve() -> None:
        """Run the service until it is told to stop."""
        import uvloop

        from shared.runtime.serve import serve as run_service

        uvloop.run(run_service(build(load())))

    @app.command()
    def migrate(phase: Annotated[str, typer.Option(help="pre, post or all")] = "all") -> None:
        """Bring the schema up to date. Needs the connection of the schema's owner."""
        from shared.postgres.migrations import EditedMigration, Phase
        from shared.postgres.migrations import migrate as apply

        wanted: dict[str, Phase] = {"pre": "pre", "post": "post", "all": "all"}
        if phase not in wanted:
            raise typer.BadParameter("must be pre, post or all")
        settings = load()
        if settings.owner_dsn is None:
            raise SystemExit(f"TANGGAP_{name.upper()}_OWNER_DSN: is needed to migrate")
        dsn, folder = settings.owner_dsn.get_secret_value(), build(settings).migrations
        try:
            applied = asyncio.run(apply(dsn, name, folder, wanted[phase]))
        except EditedMigration as edited:
            raise SystemExit(str(edited)) from None
        typer.echo("\n".join(applied) or "nothing to do")

    @app.command()
    def openapi() -> None:
        """Print the OpenAPI document of the HTTP interface."""
        from shared.openapi import openapi_of

        typer.echo(json.dumps(openapi_of(build(load())), indent=2, ensure_ascii=False))

    @app.command()
    def asyncapi() -> None:
        """Print the AsyncAPI document of the streams that this service reads and writes."""
        from shared.contracts import asyncapi_of

        typer.echo(json.dumps(asyncapi_of(name), indent=2, ensure_ascii=False))

    app.add_typer(_keys(load), name="keys", help="Keys of callers.")
    app.add_typer(_parked(load, build), name="parked", help="Records that could not be folded yet.")
    _republish(app, load, build)
    return app


def _keys(load: Load) -> typer.Typer:
    app = typer.Typer(no_args_is_help=True)

    async def with_keys(work: Callable[[Any], Coroutine[Any, Any, T]]) -> T:
        from shared.postgres.pool import open_pool
        from shared.web.keys import Keys

        settings = load()
        pool = await open_pool(settings.dsn.get_secret_value(), size=1, name=f"{settings.service}-keys")
        try:
            return await work(Keys(pool))
        finally:
            await pool.close()

    @app.command()
    def create(
        role: Annotated[str, typer.Option(help="what the key may do")],
        owner: Annotated[str, typer.Option(help="who gets it")],
        opd: Annotated[str | None, typer.Option(help="the OPD of an officer")] = None,
    ) -> None:
        """Create a key and print it. The key is shown only this once."""
        from shared.errors import Invalid

        try:
            typer.echo(run(with_keys(lambda keys: keys.create(owner=owner, role=role, opd=opd))))
        except Invalid as refusal:
            raise typer.BadParameter(refusal.detail) from None

    @app.command("list")
    def list_() -> None:
        """List all keys, without their secrets."""
        for row in run(with_keys(lambda keys: keys.listed())):
            state = f"revoked {row['revoked_at']:%Y-%m-%d}" if row["revoked_at"] else "live"
            typer.echo(
                f"{row['prefix']}  {row['role']:<12} {row['opd'] or '-':<14} {row['created_at']:%F}  {state}  {row['owner']}"
            )

    @app.command()
    def revoke(prefix: str) -> None:
        """Revoke the key with this prefix."""
        if not run(with_keys(lambda keys: keys.revoke(prefix))):
            raise SystemExit(f"no live key has the prefix {prefix}")
        typer.echo("revoked")

    return app


def _parked(load: Load, build: Build) -> typer.Typer:
    app = typer.Typer(no_args_is_help=True)

    async def with_parking(work: Callable[[Any], Coroutine[Any, Any, T]]) -> T:
        from shared.runtime.parking import Parking
        from shared.runtime.running import running

        async with running(build(load())) as live:
            return await work(Parking(live))

    @app.command("list")
    def list_(
        as_json: Annotated[bool, typer.Option("--json")] = False,
        most: Annotated[int, typer.Option("--most", min=1, help="list at most so many")] = 1_000,
    ) -> None:
        """List the parked records with their reasons, oldest first."""
        rows = run(with_parking(lambda parking: parking.listed(most)))
        for row in rows:
            typer.echo(json.dumps(row) if as_json else "  ".join(f"{name}={value}" for name, value in row.items()))
        if not rows and not as_json:
            typer.echo("nothing is parked")

    @app.command()
    def show(row: int) -> None:
        """Show one parked record: its headers, the size of its body and the reason.

        The content can be read only in the database.
        """
        typer.echo(json.dumps(run(with_parking(lambda parking: parking.shown(row))), indent=2))

    @app.command()
    def retry(row: Annotated[int | None, typer.Argument(help="one row; all when left out")] = None) -> None:
        """Fold parked records again, in order. Records that still fail stay parked."""
        typer.echo(json.dumps(run(with_parking(lambda parking: parking.retry(row)))))

    @app.command()
    def discard(row: int, who: Annotated[str, typer.Option()], why: Annotated[str, typer.Option()]) -> None:
        """Discard one parked record. It counts as read; its row stays, with who discarded it and why."""
        typer.echo(json.dumps(run(with_parking(lambda parking: parking.discard(row, who, why)))))

    @app.command("discard-unreadable")
    def discard_unreadable(
        topic: str, who: Annotated[str, typer.Option()], why: Annotated[str, typer.Option()]
    ) -> None:
        """Discard all unreadable records of one topic that an OPD writes. Their rows stay, with who discarded them and why."""
        typer.echo(json.dumps(run(with_parking(lambda parking: parking.discard_unreadable(topic, who, why)))))

    @app.command("release-stuck")
    def release_stuck() -> None:
        """Let the relay send again the events that Kafka had refused."""

        async def work() -> int:
            from shared.runtime.running import running

            async with running(build(load())) as live:
                return int(await live.release_stuck())

        typer.echo(json.dumps({"released": run(work())}))

    return app


def _republish(app: typer.Typer, load: Load, build: Build) -> None:
    @app.command()
    def republish(
        report: Annotated[Path | None, typer.Option("--from", help="a report of the books (JSON)")] = None,
        topic: Annotated[
            str | None, typer.Option(help="a whole stream, for a new reader, or one key's with --key")
        ] = None,
        key: Annotated[str | None, typer.Option()] = None,
        since: Annotated[int, typer.Option(help="first sequence")] = 1,
    ) -> None:
        """Queue events of the log again. Readers skip the events that they have."""
        from shared.runtime.running import running

        if (report is None) == (topic is None):
            raise typer.BadParameter("give --from REPORT or --topic TOPIC")

        async def work() -> int:
            async with running(build(load())) as live:
                if report is not None:
                    return await live.republisher.from_report(json.loads(report.read_text(encoding="utf-8")))
                if key is not None:
                    return await live.republisher.of_key(topic or "", UUID(key), since)
                return await live.republisher.of_topic(topic or "")

        typer.echo(json.dumps({"queued": run(work())}))


__all__ = ["run", "service_cli"]
