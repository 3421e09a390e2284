"""The commands on the connection to SP4N: compare both sides, and check the table of its numbers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from shared.cli import run

if TYPE_CHECKING:
    from services.router.settings import RouterSettings
    from services.router.sp4n.comparing import Comparison
    from services.router.sp4n.table import Table

_NO_ACCOUNT = "TANGGAP_ROUTER_SP4N_URL is empty: there is no account, and officers copy by hand (/salin)"


def install(app: typer.Typer, load: Any, build: Any) -> None:
    """Add the commands. ``load`` returns the settings, ``build`` the service."""
    commands = typer.Typer(no_args_is_help=True)
    app.add_typer(commands, name="sp4n", help="The connection to SP4N-LAPOR!.")

    @commands.command()
    def compare(
        report_only: Annotated[bool, typer.Option("--report-only", help="exit with 0 whatever the result")] = False,
    ) -> None:
        """Compare every mirrored complaint on both sides, print counts and differences, and keep the result.

        Exits with 1 if the sides differ or SP4N did not answer for a complaint.
        """
        settings = load()
        if not settings.sp4n_url:
            raise SystemExit(_NO_ACCOUNT)
        result = run(_compare(settings, build))
        typer.echo(json.dumps(result.as_json(), ensure_ascii=False))
        raise typer.Exit(0 if result.agrees or report_only else 1)

    @commands.command()
    def check() -> None:
        """Name what the table of SP4N's numbers lacks, and which numbers SP4N does not know. Exits with 1 if there are any."""
        from services.router.sp4n.reasons import NotThere
        from services.router.sp4n.table import WrongTable, read_table

        settings = load()
        try:
            table = read_table(settings.sp4n_table)
            wrong = [f"unmapped: {one}" for one in table.unmapped()]
            if settings.sp4n_url:
                wrong += run(_unknown(settings, table))
            else:
                typer.echo(_NO_ACCOUNT)
        except WrongTable as error:
            raise SystemExit(str(error)) from None
        except NotThere as problem:
            raise SystemExit(f"SP4N did not answer: {problem.reason}") from None
        for line in wrong:
            typer.echo(line)
        raise typer.Exit(1 if wrong else 0)


async def _compare(settings: RouterSettings, build: Any) -> Comparison:
    from services.router.sp4n.client import Sp4n
    from services.router.sp4n.comparing import compare
    from shared.runtime.running import running

    sp4n = Sp4n(settings)
    try:
        async with running(build(settings)) as live:
            return await compare(live, sp4n)
    finally:
        await sp4n.aclose()


async def _unknown(settings: RouterSettings, table: Table) -> list[str]:
    """Return the numbers and codes of the table that SP4N's master lists do not have."""
    from services.router.sp4n.client import Sp4n

    sp4n = Sp4n(settings)
    try:
        institutions = {one.get("id") for one in await sp4n.masters("institutions/external")}
        templates = {str(one.get("code")) for one in await sp4n.masters("templates")}
    finally:
        await sp4n.aclose()
    named = {**{f"institutions.{code}": number for code, number in table.institutions.items()}}
    named |= {f'authorities."{name}"': number for name, number in table.authorities.items()}
    wrong = [f"unknown there: {name} = {number}" for name, number in named.items() if number not in institutions]
    return wrong + [
        f"unknown there: templates.{what} = {code}" for what, code in table.templates.items() if code not in templates
    ]
