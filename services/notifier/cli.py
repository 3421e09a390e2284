"""Command line of the notifier: the common commands, the recipients (`addresses`, `receivers`) and `templates`."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shared.cli import run, service_cli

if TYPE_CHECKING:
    from services.notifier.actions.receivers import ReceiverChange
    from services.notifier.settings import NotifierSettings
    from services.notifier.state import NotifierState
    from shared.runtime.app import App


def _load() -> "NotifierSettings":
    from services.notifier.settings import NotifierSettings
    from shared.settings import load

    return load(NotifierSettings)


def _build(settings: "NotifierSettings") -> "App[NotifierState]":
    from services.notifier.app import build

    return build(settings)


app = service_cli("notifier", _load, _build)
addresses = typer.Typer(no_args_is_help=True)
app.add_typer(addresses, name="addresses", help="Officers and supervisors that are told.")
receivers = typer.Typer(no_args_is_help=True)
app.add_typer(receivers, name="receivers", help="Systems that name a callback_url: one secret for each receiver.")


@app.command()
def templates(
    name: Annotated[str | None, typer.Argument(help="one template; all as a list when left out")] = None,
) -> None:
    """Print the WhatsApp templates in the form in which Meta takes them for approval (JSON)."""
    from services.notifier.template_forms import template_forms

    forms = template_forms()
    if name is not None and name not in forms:
        raise SystemExit(f"no template has this name; there are: {', '.join(forms)}")
    typer.echo(json.dumps(forms[name] if name else [*forms.values()], indent=2, ensure_ascii=False))


@addresses.command("import")
def import_(file: Annotated[Path, typer.Argument(help="CSV: role,opd,name,channel,address[,secret]")]) -> None:
    """Replace the whole table by this file. If a row is bad, nothing is imported."""
    from services.notifier.actions.staff_addresses import import_addresses, read_file
    from services.notifier.errors import BadAddressesError

    try:
        typer.echo(json.dumps(run(import_addresses(_load(), read_file(file)))))
    except BadAddressesError as refusal:
        raise SystemExit(refusal.detail) from None


@addresses.command("list")
def list_() -> None:
    """List the officers and supervisors of each OPD, with masked addresses."""
    from services.notifier.actions.staff_addresses import list_addresses

    for row in run(list_addresses(_load())):
        unsigned = (
            "  NO SECRET: nothing is sent" if row["signed"] == 0 else "  two secrets" if row["signed"] == 2 else ""
        )
        line = f"{row['opd'] or '-':<14} {row['audience']:<12} {row['channel']:<9} {row['address']:<28} {row['name']}"
        typer.echo(line + unsigned)


@addresses.command("new-secret")
def new_secret() -> None:
    """Print a random secret for the webhook of one receiver."""
    from services.notifier.channels.webhook_secrets import new_secret as make_secret

    typer.echo(make_secret())


@receivers.command("list")
def list_receivers() -> None:
    """List the receivers, each with the number of its valid secrets."""
    from services.notifier.actions.receivers import list_receivers as load_receivers

    for row in run(load_receivers(_load())):
        typer.echo(f"{row['origin']:<48} {row['signed']} {row['changed_at']:%F}")


@receivers.command("add")
def add_receiver(address: str) -> None:
    """Make a secret for the scheme, host and port of this address. The secret is printed only now."""
    _change(address, "add")


@receivers.command("rotate")
def rotate_receiver(address: str) -> None:
    """Make and print a second secret. Both secrets sign until the rotation is finished."""
    _change(address, "rotate")


@receivers.command("finish")
def finish_receiver(address: str) -> None:
    """Finish a rotation: delete the older of the two secrets."""
    _change(address, "finish")


@receivers.command("remove")
def remove_receiver(address: str) -> None:
    """Delete the receiver. Nothing is sent to it any more."""
    _change(address, "remove")


@receivers.command("resume")
def resume_receiver(address: str) -> None:
    """Resume sending to the receiver's addresses that were stopped because they had gone or refused."""
    _change(address, "resume")


def _change(address: str, change: "ReceiverChange") -> None:
    from services.notifier.actions.receivers import change_receiver
    from services.notifier.errors import ReceiverError

    try:
        typer.echo(run(change_receiver(_load(), address, change)) or "done")
    except ReceiverError as refusal:
        raise SystemExit(refusal.detail) from None
