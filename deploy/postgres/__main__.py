"""`python -m deploy.postgres apply`: database, roles and schemas; each service's own `migrate` then makes its tables."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from deploy.postgres import apply as server
from deploy.secrets import Secrets

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def main() -> None:
    """The Postgres server's database, roles and schemas."""


@app.command()
def apply(
    admin_dsn: Annotated[str, typer.Option(envvar="TANGGAP_ADMIN_DSN", help="superuser, used for nothing else")],
    secrets: Annotated[Path, typer.Option(envvar="TANGGAP_SECRETS", help="one file per role: postgres-<role>, made if missing")],
    database: Annotated[str, typer.Option(envvar="TANGGAP_DATABASE")] = server.DATABASE,
) -> None:
    """Creates what is missing and fixes passwords, search paths and time limits."""
    kept = Secrets(secrets)
    asyncio.run(server.apply(admin_dsn, lambda role: kept.get(f"postgres-{role}"), database))
    print(f"database {database}; roles: {', '.join(server.roles())}")


if __name__ == "__main__":
    app()
