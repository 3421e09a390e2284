"""Command that says what is missing before going live: `python -m deploy.check`."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer

from deploy.check.addresses import check_addresses
from deploy.check.agreement import check_agreement
from deploy.check.channels import check_channels
from deploy.check.clocks import check_clocks
from deploy.check.model import Finding, Plan
from deploy.check.reading import of_compose, of_shell, plan_of
from deploy.check.secrets import check_secrets
from deploy.check.tls import check_certificate
from deploy.own_settings import read_env_file

ROOT = Path(__file__).parents[2]


def main(
    compose: Annotated[
        bool, typer.Option("--compose", help="read what docker-compose.yml gives to each service, not this shell")
    ] = False,
) -> None:
    """Read the settings of all services and say what is missing or contradictory before going live.

    Exit with 1 when something is wrong. Nothing is changed, and nothing but the database is called.
    """
    if compose:
        # Compose reads `.env` too, and the shell comes first.
        shell = read_env_file(ROOT / ".env") | dict(os.environ)
        plan, found = plan_of(of_compose(ROOT / "docker-compose.yml", shell))
        found += check_certificate(ROOT / (shell.get("TANGGAP_TLS_DIR") or "deploy/proxy/tls"))
    else:
        plan, found = plan_of(of_shell(os.environ))
    if plan is not None:
        found += all_rules(plan)
        found += asyncio.run(check_clocks(plan.router.dsn.get_secret_value()))
    for one in sorted(found, key=lambda one: not one.wrong):
        typer.echo(f"{'WRONG' if one.wrong else 'note '}  {one.text}")
    count = sum(one.wrong for one in found)
    typer.echo(f"{count} to put right before going live" if count else "ready to go live")
    raise typer.Exit(1 if count else 0)


def all_rules(plan: Plan) -> list[Finding]:
    """Return what the rules on settings find, each sentence once."""
    rules = (check_addresses, check_secrets, check_agreement, check_channels)
    return list(dict.fromkeys(one for rule in rules for one in rule(plan)))


if __name__ == "__main__":
    typer.run(main)
