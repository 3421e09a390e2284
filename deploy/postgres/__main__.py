"""`python -m deploy.postgres apply`: database, roles and schemas; each service's own `migrate` then makes its tables."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from deploy.options import AdminDsn, Database
from deploy.postgres import apply as server
from deploy.postgres import pair
from deploy.secrets import Secrets

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def main() -> None:
    """The Postgres server's database, roles and schemas."""


@app.command()
def apply(
    admin_dsn: AdminDsn,
    secrets: Annotated[
        Path, typer.Option(envvar="TANGGAP_SECRETS", help="one file per role: postgres-<role>, made if missing")
    ],
    database: Database = server.DATABASE,
) -> None:
    """Creates what is missing and fixes passwords, search paths and time limits."""
    kept = Secrets(secrets)
    asyncio.run(server.apply(admin_dsn, lambda role: kept.get(f"postgres-{role}"), database))
    print(f"database {database}; roles: {', '.join(server.roles())}")


@app.command()
def check(
    admin_dsn: AdminDsn,
    secrets: Annotated[Path, typer.Option(envvar="TANGGAP_SECRETS", help="one file per role: postgres-<role>")],
    database: Database = server.DATABASE,
) -> None:
    """Says in what the server differs from what apply makes; exit status 1 when it does. Changes nothing."""
    from deploy.postgres.check import check as differences

    kept = Secrets(secrets)
    found = asyncio.run(differences(admin_dsn, lambda role: kept.get(f"postgres-{role}"), database))
    print("\n".join(found) or "as it should be")
    raise typer.Exit(1 if found else 0)


@app.command()
def promote(
    admin_dsn: Annotated[
        str, typer.Option(envvar="TANGGAP_ADMIN_DSN", help="superuser, with both hosts of the pair: h1:p1,h2:p2")
    ],
) -> None:
    """Makes the standby the primary after the primary was lost. Refuses while a primary answers."""
    try:
        print(f"{asyncio.run(pair.promote(admin_dsn))} is the primary now, and waits for no standby")
    except pair.NotPromoted as refusal:
        raise SystemExit(str(refusal)) from None


@app.command()
def synchronous(
    admin_dsn: Annotated[
        str, typer.Option(envvar="TANGGAP_ADMIN_DSN", help="superuser, with both hosts of the pair: h1:p1,h2:p2")
    ],
    off: Annotated[bool, typer.Option("--off", help="go on without a standby, which was lost")] = False,
) -> None:
    """Lets the primary wait for its standby at each commit, as soon as the standby has caught up."""
    if off:
        asyncio.run(pair.alone(admin_dsn))
        print("the primary waits for no standby")
        return
    asyncio.run(pair.synchronous(admin_dsn))
    print("each commit waits for the standby")


if __name__ == "__main__":
    app()
