"""The command line of the deadlines service."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from services.sla.cli.rules import install
from services.sla.due_calculation import answer, answer_lines, read_case, table_of
from shared.cli import service_cli
from shared.worktime import WorktimeError

if TYPE_CHECKING:
    from shared.service import Service
    from shared.settings import Settings


def load_settings() -> Settings:
    """Read the settings from the environment."""
    from services.sla.settings import SlaSettings
    from shared.settings import load

    return load(SlaSettings)


def build(settings: Any) -> Service[Any]:
    """Build the service; import its wiring only when a command needs the service."""
    from services.sla.app import build as wire

    return wire(settings)


app = service_cli("sla", load_settings, build)
install(app, load_settings)


@app.command()
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
        table = table_of(calendar)
        if file is not None:
            wrong = 0
            with file.open(encoding="utf-8") as lines:
                for result in answer_lines(table, lines):
                    wrong += "error" in result
                    typer.echo(json.dumps(result, ensure_ascii=False))
            raise typer.Exit(1 if wrong else 0)
        case = {"start": start, "limit": limit, "unit": unit, "pauses": pause or [], "levels": level or []}
        found = answer(table, read_case(table, case))
    except (WorktimeError, OSError, UnicodeDecodeError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    typer.echo(json.dumps(found.as_json(), ensure_ascii=False) if json_ else "\n".join(found.explanation))


if __name__ == "__main__":
    app()
