"""The commands on the accounts of the people who work on complaints."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from shared.cli import run

if TYPE_CHECKING:
    from services.router.accounts.model import Account
    from services.router.actions.accounts import AccountDesk

T = TypeVar("T")
Opened = Callable[[], contextlib.AbstractAsyncContextManager["AccountDesk"]]
_ACTOR = "command line"


def install(app: typer.Typer, load: Any, build: Any) -> None:
    """Add the commands. ``load`` returns the settings, ``build`` the service."""
    accounts = typer.Typer(no_args_is_help=True)
    app.add_typer(accounts, name="accounts", help="Accounts of the people who work on complaints.")

    @contextlib.asynccontextmanager
    async def opened() -> AsyncIterator[AccountDesk]:
        from services.router.actions.accounts import AccountDesk
        from shared.runtime.running import running

        async with running(build(load())) as live:
            yield AccountDesk(live)

    @accounts.command()
    def add(
        email: Annotated[str, typer.Argument(help="the address with which the person signs in")],
        name: Annotated[str, typer.Option(help="the person's name")],
        role: Annotated[list[str], typer.Option(help="a role; may be given several times")],
        opd: Annotated[str | None, typer.Option(help="the OPD's code, for officers and heads")] = None,
    ) -> None:
        """Add an account and print the address at which its password is set. The first administrator is made so."""
        from shared.errors import Refused

        try:
            typer.echo(run(_add(opened, email, name, role, opd)))
        except Refused as refusal:
            raise SystemExit(f"{refusal.detail}: {refusal.words}") from None

    @accounts.command("list")
    def list_accounts() -> None:
        """List all accounts."""
        for row in run(_listed(opened)):
            state = "closed" if row["disabled_at"] else "open" if row["invited"] else "invited"
            roles = ",".join(row["roles"])
            typer.echo(f"{row['email']:<40} {state:<8} {row['opd'] or '-':<14} {roles:<30} {row['name']}")

    @accounts.command()
    def link(email: str) -> None:
        """Print a new address at which the account's password is set, for a person whom no mail reaches."""
        typer.echo(run(_with(opened, email, lambda desk, account: desk.make_link(account.id, _ACTOR))))

    @accounts.command()
    def close(email: str) -> None:
        """Close an account: its sessions end, and nobody signs in with it."""
        run(_with(opened, email, lambda desk, account: desk.rows.disable(account.id, _ACTOR, disabled=True)))


async def _add(opened: Opened, email: str, name: str, roles: list[str], opd: str | None) -> str:
    from services.router.accounts.model import check_account

    async with opened() as desk:
        added = await desk.rows.add(check_account(email, name, roles, opd), _ACTOR)
        return await desk.make_link(added, _ACTOR)


async def _listed(opened: Opened) -> list[Any]:
    async with opened() as desk:
        return list(await desk.rows.listed())


async def _with(opened: Opened, email: str, work: Callable[[AccountDesk, Account], Awaitable[T]]) -> T:
    async with opened() as desk:
        found = await desk.rows.by_email(email.strip().lower())
        if found is None:
            raise SystemExit(f"no account has the address {email}")
        return await work(desk, found)
