"""`python -m services.notifier`: serve, migrate, keys, parked, republish, and who is told."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shared.cli import run, service_cli

if TYPE_CHECKING:
    from services.notifier.settings import NotifierSettings
    from services.notifier.state import NotifierState
    from shared.service import Service


def _load() -> "NotifierSettings":
    from services.notifier.settings import NotifierSettings
    from shared.settings import load

    return load(NotifierSettings)


def _build(settings: "NotifierSettings") -> "Service[NotifierState]":
    from services.notifier.app import build

    return build(settings)


app = service_cli("notifier", _load, _build)
addresses = typer.Typer(no_args_is_help=True)
app.add_typer(addresses, name="addresses", help="Officers and supervisors that are told.")


@addresses.command("import")
def import_(file: Annotated[Path, typer.Argument(help="CSV: role,opd,name,channel,address[,secret]")]) -> None:
    """Replace the whole table by this file; with a bad row nothing is imported."""
    from services.notifier.commands import import_addresses, read_file
    from services.notifier.errors import BadAddressesError

    try:
        typer.echo(json.dumps(run(import_addresses(_load(), read_file(file)))))
    except BadAddressesError as refusal:
        raise SystemExit(refusal.detail) from None


@addresses.command("list")
def list_() -> None:
    """Who is told for which OPD; addresses masked."""
    from services.notifier.commands import list_addresses

    for row in run(list_addresses(_load())):
        typer.echo(f"{row['opd'] or '-':<14} {row['audience']:<12} {row['channel']:<9} {row['address']:<28} {row['name']}")


if __name__ == "__main__":
    app()
