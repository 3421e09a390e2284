"""Command line of the alerts' receivers: `python -m deploy.alerts config FILE` and `python -m deploy.alerts test`."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from deploy.alerts.routes import configuration
from deploy.alerts.settings import load

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def config(
    file: Annotated[Path, typer.Argument(help="where Alertmanager's configuration is written")],
    owner: Annotated[int | None, typer.Option(help="the number of the user as whom Alertmanager runs")] = None,
) -> None:
    """Write Alertmanager's configuration, readable by its owner alone: it holds the secrets."""
    # JSON is YAML, which Alertmanager reads.
    text = json.dumps(configuration(load()), indent=2)
    file.touch()
    file.chmod(0o600)
    if owner is not None:
        os.chown(file, owner, owner)
    file.write_text(text + "\n")
    typer.echo(f"written: {file}")


@app.command("test")
def try_receivers(
    seconds: Annotated[float, typer.Option(help="how long Alertmanager may take to send")] = 90,
) -> None:
    """Send a real alert through each receiver, and say what Alertmanager could deliver. Exit with 1 if it could not."""
    from deploy.alerts.trial import Trial

    trial = Trial(load())
    typer.echo(f"Sending one alert to each receiver. Its mark is {trial.mark}; look for it where it must arrive.")
    results = trial.run(seconds)
    for line in results:
        typer.echo(line.words)
    raise typer.Exit(0 if all(line.good for line in results) else 1)


if __name__ == "__main__":
    app()
