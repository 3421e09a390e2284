"""The command line of the router: the commands that every service has, `explain`, and the accounts of officers."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from shared.cli import run, service_cli

if TYPE_CHECKING:
    from services.router.accounts.model import Account
    from services.router.actions.accounts import AccountDesk
    from shared.runtime.app import App
    from shared.settings import Settings

T = TypeVar("T")


def load_settings() -> Settings:
    """Load the settings from the environment."""
    from services.router.settings import RouterSettings
    from shared.settings import load

    return load(RouterSettings)


def build(settings: Any) -> App[Any]:
    """Build the service. The import stands inside, so that a command loads the wiring only when it needs it."""
    from services.router.app import build as wire

    return wire(settings)


app = service_cli("router", load_settings, build)
accounts = typer.Typer(no_args_is_help=True)
app.add_typer(accounts, name="accounts", help="Accounts of the people who work on complaints.")
_ACTOR = "command line"


@accounts.command()
def add(
    email: Annotated[str, typer.Argument(help="the address with which the person signs in")],
    name: Annotated[str, typer.Option(help="the person's name")],
    role: Annotated[list[str], typer.Option(help="a role; may be given several times")],
    opd: Annotated[str | None, typer.Option(help="the OPD's code, for officers and heads")] = None,
) -> None:
    """Add an account and print the address at which its password is set. The first administrator is made so."""
    from services.router.accounts.model import check_account
    from shared.errors import Refused

    async def work() -> str:
        async with _accounts() as desk:
            added = await desk.rows.add(check_account(email, name, role, opd), _ACTOR)
            return await desk.make_link(added, _ACTOR)

    try:
        typer.echo(run(work()))
    except Refused as refusal:
        raise SystemExit(f"{refusal.detail}: {refusal.words}") from None


@accounts.command("list")
def list_accounts() -> None:
    """List all accounts."""

    async def work() -> list[Any]:
        async with _accounts() as desk:
            return list(await desk.rows.listed())

    for row in run(work()):
        state = "closed" if row["disabled_at"] else "open" if row["invited"] else "invited"
        typer.echo(f"{row['email']:<40} {state:<8} {row['opd'] or '-':<14} {','.join(row['roles']):<30} {row['name']}")


@accounts.command()
def link(email: str) -> None:
    """Print a new address at which the account's password is set, for a person whom no mail reaches."""
    typer.echo(run(_with_account(email, lambda desk, account: desk.make_link(account.id, _ACTOR))))


@accounts.command()
def close(email: str) -> None:
    """Close an account: its sessions end, and nobody signs in with it."""
    run(_with_account(email, lambda desk, account: desk.rows.disable(account.id, _ACTOR, disabled=True)))


async def _with_account(email: str, work: Callable[[AccountDesk, Account], Awaitable[T]]) -> T:
    async with _accounts() as desk:
        found = await desk.rows.by_email(email.strip().lower())
        if found is None:
            raise SystemExit(f"no account has the address {email}")
        return await work(desk, found)


@contextlib.asynccontextmanager
async def _accounts() -> AsyncIterator[AccountDesk]:
    from services.router.actions.accounts import AccountDesk
    from shared.runtime.running import running

    async with running(build(load_settings())) as live:
        yield AccountDesk(live)


@app.command()
def explain(
    text: Annotated[str | None, typer.Argument(help="the complaint")] = None,
    place: Annotated[str | None, typer.Option(help="the place, as the citizen wrote it")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object")] = False,
    file: Annotated[Path | None, typer.Option(help='a file with one complaint per line: {"text", "place"?}')] = None,
) -> None:
    """Show to whom the rules send a complaint, and why. Changes nothing."""
    from services.router.routing import decide, explanation

    if (text is None) == (file is None):
        raise typer.BadParameter("give either a text or --file")
    if file is None:
        decision = decide(text or "", place)
        typer.echo(
            json.dumps(explanation.as_json(decision), ensure_ascii=False) if as_json else explanation.as_text(decision)
        )
        return
    wrong = 0
    try:
        with file.open(encoding="utf-8", errors="replace") as source:
            for answer in explanation.explain_lines(source):
                wrong += "error" in answer
                typer.echo(json.dumps(answer, ensure_ascii=False))
    except OSError as error:
        raise typer.BadParameter(f"{file}: {error.strerror}") from None
    raise typer.Exit(1 if wrong else 0)
