"""The command `due`: due times and levels of cases that the caller describes. It needs no running service."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from services.sla.due_calculation import calculate, calculate_lines, load_timetable, read_request
from shared.worktime import WorktimeError


def install(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(due)


def due(
    start: Annotated[str | None, typer.Option(help="Moment of the start, such as 2026-03-16T10:00+08:00.")] = None,
    limit: Annotated[float | None, typer.Option(help="How many of the unit.")] = None,
    unit: Annotated[str, typer.Option(help="working_day, working_hour, calendar_day or minute.")] = "working_day",
    pause: Annotated[
        list[str] | None, typer.Option(help="FROM/TO, a time that does not count; may be repeated.")
    ] = None,
    level: Annotated[
        list[str] | None, typer.Option(help="Offset from the due time: -1d, +2d, -1h, -30m; may be repeated.")
    ] = None,
    calendar: Annotated[
        Path | None, typer.Option(help="TOML or JSON file (docs/architecture/calendar.md); else the shipped calendar.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option(help='Cases, a JSON object a line: {"start","limit","unit","pauses","levels"}.')
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Compute when a case is due and when each level is reached, explained day by day. Changes nothing."""
    try:
        table = load_timetable(calendar)
        if file is not None:
            wrong = 0
            with file.open(encoding="utf-8") as lines:
                for line in calculate_lines(table, lines):
                    wrong += "error" in line
                    typer.echo(json.dumps(line, ensure_ascii=False))
            raise typer.Exit(1 if wrong else 0)
        given = {"start": start, "limit": limit, "unit": unit, "pauses": pause or [], "levels": level or []}
        result = calculate(table, read_request(table, given))
    except (WorktimeError, OSError, UnicodeDecodeError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    typer.echo(json.dumps(result.as_json(), ensure_ascii=False) if json_ else "\n".join(result.explanation))
