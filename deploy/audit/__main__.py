"""Commands that verify the logs and anchor their chains: `python -m deploy.audit`."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path
from typing import Annotated

import typer

from deploy.audit.anchors import Anchor, BadAnchors, read_anchors
from deploy.audit.look import Audit
from deploy.audit.watch import AWAY, Contradicted, Meters, watch
from deploy.audit.watch import anchor as add_anchors
from deploy.beside import door, run_until_stopped
from deploy.postgres.apply import SERVICES
from shared.observability.logs import setup_logs

WRONG, NOT_ASKED = 1, 2
app = typer.Typer(no_args_is_help=True, add_completion=False)
File = Annotated[Path, typer.Option("--anchors", envvar="TANGGAP_AUDIT_ANCHORS", help="the file of the anchors")]
ANCHORS = Path(".local/anchors/anchors.jsonl")


@app.callback()
def main() -> None:
    """The log of every service, its chain, and the anchors outside the database."""


@app.command()
def verify(
    anchors: File = ANCHORS,
    only: Annotated[list[str] | None, typer.Option(help="a service; all without it")] = None,
) -> None:
    """Compare every log with its chain and every chain with its anchors.

    Exit with 1 at a wrong row, with 2 when the database (TANGGAP_BOOKS_DSN) or the file cannot be read.
    """
    services = tuple(only or SERVICES)
    if unknown := set(services) - set(SERVICES):
        raise typer.BadParameter(f"no service: {', '.join(sorted(unknown))}")
    try:
        known = read_anchors(anchors)
        right = asyncio.run(_verify(_audit(), known, services))
    except (BadAnchors, *AWAY) as error:
        raise _not_asked(error) from None
    if not known:
        typer.echo(f"no anchors in {anchors}: a chain that was rewritten or cut as a whole is not found", err=True)
    raise typer.Exit(0 if right else WRONG)


@app.command()
def anchor(anchors: File = ANCHORS) -> None:
    """Add the end of every chain to the file of anchors.

    Exit with 1, and add nothing, when a chain does not hold its newest anchor.
    """
    try:
        asyncio.run(add_anchors(_audit(), anchors))
    except Contradicted as error:
        typer.echo(f"not anchored: the chain does not hold its newest anchor: {error}", err=True)
        raise typer.Exit(WRONG) from None
    except (BadAnchors, *AWAY) as error:
        raise _not_asked(error) from None
    for each in read_anchors(anchors)[-len(SERVICES) :]:
        typer.echo(each.line().rstrip())


@app.command(name="watch")
def watch_anchors(
    anchors: File = ANCHORS,
    host: Annotated[
        str, typer.Option(envvar=["TANGGAP_AUDIT_HOST", "TANGGAP_HOST"], help="where metrics are served")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="TANGGAP_AUDIT_OPS_PORT", help="port of /metrics; 0: none")] = 0,
) -> None:
    """Anchor once a day, and compare the chains with their newest anchors once a minute, until stopped."""
    asyncio.run(_watch(_audit(), anchors, host, port))


def _audit() -> Audit:
    dsn = os.environ.get("TANGGAP_BOOKS_DSN")
    if not dsn:
        raise SystemExit("TANGGAP_BOOKS_DSN: is needed, the address of the database for the role books")
    return Audit(dsn)


def _not_asked(error: Exception) -> typer.Exit:
    typer.echo(f"not possible: {error if isinstance(error, BadAnchors) else type(error).__name__}", err=True)
    return typer.Exit(NOT_ASKED)


async def _verify(audit: Audit, anchors: list[Anchor], services: tuple[str, ...]) -> bool:
    """Print a line for each service. Return whether nothing was found."""
    right, began = True, time.perf_counter()
    async for checked in audit.verify(anchors, services):
        seconds, began = time.perf_counter() - began, time.perf_counter()
        typer.echo(f"{checked.sentence()} ({checked.rows / max(seconds, 0.001):,.0f} rows/s)")
        right = right and checked.finding is None
    return right


async def _watch(audit: Audit, anchors: Path, host: str, port: int) -> None:
    setup_logs("audit", "1", "info")
    meters = Meters()
    await run_until_stopped(
        watch(audit, anchors, meters), door(meters.registry, meters.live, lambda: meters.well), host, port
    )


if __name__ == "__main__":
    app()
