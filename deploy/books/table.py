"""The books as a table for people."""

from __future__ import annotations

from rich.console import Console, Group, RenderableType
from rich.table import Table

from deploy.books.report import Report

SHOWN = 20


def rendered(report: Report) -> RenderableType:
    """Return one row per stream and reader, then the first missing keys, then one sentence."""
    parts: list[RenderableType] = [_streams(report)]
    if report.missing:
        parts.append(_missing(report))
    if report.unread:
        parts.append(_unread(report))
    if report.forgotten:
        parts.append(_forgotten(report))
    parts.append(_sentence(report))
    return Group(*parts)


def show(report: Report, console: Console | None = None) -> None:
    """Print the report."""
    (console or Console()).print(rendered(report))


def _streams(report: Report) -> Table:
    table = Table(box=None, title=f"The books at {report.at:%Y-%m-%d %H:%M:%S} UTC")
    for name in ("stream", "reader"):
        table.add_column(name, no_wrap=True)
    for name in ("keys", "written", "read", "missing", "ahead"):
        table.add_column(name, justify="right", no_wrap=True)
    for stream in report.streams:
        numbers = (stream.keys, stream.written, stream.read, stream.missing, stream.ahead)
        style = "bold red" if stream.missing or stream.ahead else ""
        table.add_row(_short(stream.topic), stream.reader, *(f"{number:,}" for number in numbers), style=style)
    return table


def _missing(report: Report) -> Table:
    table = Table(box=None, title=f"Missing (the first {SHOWN} of {len(report.missing):,} keys)")
    for name in ("key", "stream", "reader", "read", "parked"):
        table.add_column(name, no_wrap=True)
    for entry in report.missing[:SHOWN]:
        read = f"{entry.read} of {entry.written}"
        table.add_row(str(entry.key), _short(entry.topic), entry.reader, read, entry.parked_reason or "-")
    return table


def _unread(report: Report) -> Table:
    table = Table(box=None, title="Written by OPDs and not read by the router")
    for name in ("stream", "partition", "from offset", "records"):
        table.add_column(name, no_wrap=True)
    for entry in report.unread or ():
        table.add_row(entry.topic, str(entry.partition), str(entry.read), str(entry.written - entry.read))
    return table


def _forgotten(report: Report) -> Table:
    table = Table(box=None, title=f"Forgotten by a restore (the first {SHOWN} of {len(report.forgotten):,})")
    for name in ("id", "when", "what", "ticket", "key", "detail"):
        table.add_column(name, no_wrap=True)
    for entry in report.forgotten[:SHOWN]:
        when = f"{entry.at:%Y-%m-%d %H:%M}"
        table.add_row(str(entry.id), when, entry.type, entry.ticket or "-", str(entry.key), entry.detail or "-")
    return table


def _short(topic: str) -> str:
    return topic.removeprefix("complaint.")


def _sentence(report: Report) -> str:
    known = ", ".join(f"{service} {count:,}" for service, count in report.known.items())
    offices = " What OPDs wrote was not compared." if report.unread is None else ""
    told = f"{report.acknowledged:,} complaints acknowledged; known to {known}. {report.seconds:.1f} s.{offices}"
    if report.balanced and report.forgotten:
        seen = f"{len(report.forgotten):,} things that the world has seen and a restore forgot"
        return f"What is written is read, but people must look at {seen}: docs/operations/backup.md. {told}"
    if report.balanced:
        return f"The books balance. {told}"
    more = " More is missing than is listed." if report.truncated else ""
    return f"The books do not balance: see docs/runbook.md, TanggapBooksMissing. {told}{more}"
