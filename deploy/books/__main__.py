"""Command that compares the four schemas, once or repeatedly: `python -m deploy.books`."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from typing import Annotated

import asyncpg
import typer

from deploy.beside import door, run_until_stopped
from deploy.books.look import LIMIT, Books
from deploy.books.meters import Meters
from deploy.books.offices import OfficeStreams
from deploy.books.report import Report
from deploy.kafka.apply import login
from deploy.postgres.apply import BOOKS
from shared.observability.logs import get_logger, setup_logs
from shared.reference import opds

AWAY = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)
UNBALANCED, NOT_ASKED = 1, 2
log = get_logger()


def main(
    once: Annotated[bool, typer.Option("--once", help="compare once (what happens without --every)")] = False,
    every: Annotated[float, typer.Option(help="compare again every so many seconds, until stopped")] = 0,
    settle: Annotated[float, typer.Option(help="seconds between the two looks")] = 2.0,
    limit: Annotated[int, typer.Option(help="entries named per stream and reader")] = LIMIT,
    as_json: Annotated[
        bool, typer.Option("--json", help="print the report as JSON; `republish --from` takes it")
    ] = False,
    host: Annotated[
        str, typer.Option(envvar=["TANGGAP_BOOKS_HOST", "TANGGAP_HOST"], help="where metrics are served")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(envvar="TANGGAP_BOOKS_OPS_PORT", help="port of /metrics with --every; 0: none")
    ] = 0,
) -> None:
    """Compare what every service wrote with what every reader read.

    Exit with 1 when the books do not balance or a restore forgot something. Exit with 2 when the database
    (TANGGAP_BOOKS_DSN) cannot be asked.
    """
    dsn = os.environ.get("TANGGAP_BOOKS_DSN")
    if not dsn:
        raise SystemExit("TANGGAP_BOOKS_DSN: is needed, the address of the database for the role books")
    if once and every:
        raise typer.BadParameter("give --once or --every, not both")
    books = Books(dsn, settle, limit, _offices())
    if every:
        asyncio.run(_again_and_again(books, every, as_json, host, port))
        return
    try:
        report = asyncio.run(books.compare())
    except AWAY as error:
        typer.echo(f"the books could not be compared: {type(error).__name__}", err=True)
        raise typer.Exit(NOT_ASKED) from None
    _print(report, as_json)
    raise typer.Exit(0 if report.balanced and not report.forgotten else UNBALANCED)


def _offices() -> OfficeStreams | None:
    """Return the streams of the OPDs, if the environment says how to reach Kafka."""
    told = {name: os.environ.get(f"TANGGAP_{name}") for name in ("KAFKA_BOOTSTRAP", "BOOKS_KAFKA_PASSWORD", "KAFKA_CA")}
    bootstrap, password, ca = told.values()
    if not bootstrap or not password:
        return None
    security = os.environ.get("TANGGAP_KAFKA_SECURITY", "SASL_PLAINTEXT")
    mechanism = os.environ.get("TANGGAP_KAFKA_MECHANISM", "SCRAM-SHA-512")
    return OfficeStreams(login(bootstrap, security, BOOKS, password, ca, mechanism), opds())


async def _again_and_again(books: Books, every: float, as_json: bool, host: str, port: int) -> None:
    """Compare until a signal comes. A running comparison is then cancelled; it leaves nothing half done."""
    setup_logs("books", "1", "info")
    meters = Meters()
    work = _compare_forever(books, every, as_json, meters)
    await run_until_stopped(work, door(meters.registry, lambda: meters.live(every), lambda: meters.well), host, port)


async def _compare_forever(books: Books, every: float, as_json: bool, meters: Meters) -> None:
    while True:
        try:
            report = await books.compare()
        except AWAY as error:
            meters.failed()
            log.warning("books.failed", error=type(error).__name__)
        else:
            meters.take(report)
            _log(report)
            if as_json or sys.stdout.isatty():
                _print(report, as_json)
        await asyncio.sleep(every)


def _log(report: Report) -> None:
    """Log one line per comparison, and one per stream with missing events or with keys read ahead."""
    for stream in report.streams:
        if stream.missing or stream.ahead:
            log.error(
                "books.missing", topic=stream.topic, reader=stream.reader, events=stream.missing, ahead=stream.ahead
            )
    log.info(
        "books.compared",
        balanced=report.balanced,
        forgotten=len(report.forgotten),
        acknowledged=report.acknowledged,
        seconds=round(report.seconds, 3),
    )


def _print(report: Report, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(report.document()))
    else:
        from deploy.books.table import show

        show(report)


if __name__ == "__main__":
    typer.run(main)
