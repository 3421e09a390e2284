"""The command line of the router: the commands that every service has, `explain`, and those on models, accounts and SP4N."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from services.router.cli import accounts, learning, sp4n
from shared.cli import service_cli

if TYPE_CHECKING:
    from shared.runtime.app import App
    from shared.settings import Settings


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
learning.install(app, load_settings, build)
accounts.install(app, load_settings, build)
sp4n.install(app, load_settings, build)


@app.command()
def explain(
    text: Annotated[str | None, typer.Argument(help="the complaint")] = None,
    place: Annotated[str | None, typer.Option(help="the place, as the citizen wrote it")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object")] = False,
    file: Annotated[
        Path | None,
        typer.Option(help='a file with one complaint per line: {"text", "place"?, "category"?, "given_to"?}'),
    ] = None,
    model: Annotated[str, typer.Option(help="a version of `models`, or the shipped one")] = "shipped",
    models: learning.Folder = learning.MODELS,
) -> None:
    """Show to whom the rules send a complaint, and why. Changes nothing."""
    from services.router.routing import decide, explanation

    chosen = learning.load_version(models, model)

    if (text is None) == (file is None):
        raise typer.BadParameter("give either a text or --file")
    if file is None:
        decision = decide(text or "", place, model=chosen)
        typer.echo(
            json.dumps(explanation.as_json(decision), ensure_ascii=False) if as_json else explanation.as_text(decision)
        )
        return
    wrong = 0
    try:
        with file.open(encoding="utf-8", errors="replace") as source:
            for answer in explanation.explain_lines(source, chosen):
                wrong += "error" in answer
                typer.echo(json.dumps(answer, ensure_ascii=False))
    except OSError as error:
        raise typer.BadParameter(f"{file}: {error.strerror}") from None
    raise typer.Exit(1 if wrong else 0)
