"""The commands on models and labels: train, models, activate, backtest, labels. Each imports its code when it runs."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from shared.cli import run

if TYPE_CHECKING:
    from services.router.routing.model import Model

MODELS = Path(".local/models")
Folder = Annotated[Path, typer.Option(help="the folder of trained models", envvar="TANGGAP_ROUTER_MODELS")]
Since = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="the first day, in UTC")]


def install(app: typer.Typer, load: Any, build: Any) -> None:
    """Add the commands. ``load`` returns the settings, ``build`` the service."""
    app.command()(train)
    app.command("models")(list_models)
    app.command()(activate)

    @app.command()
    def labels(since: Since) -> None:
        """Print what people decided on cases since a day, as lines of JSON, with who and why. `train` reads them."""
        run(_labels(build(load()), since.replace(tzinfo=UTC)))

    @app.command()
    def backtest(
        since: Since,
        rules: Annotated[Path | None, typer.Option(help="a checkout of this repository with other tables")] = None,
        model: Annotated[str | None, typer.Option(help="a version of `models`, or shipped")] = None,
        show: Annotated[int, typer.Option(help="how many changed cases are named")] = 50,
        models: Folder = MODELS,
    ) -> None:
        """Decide the complaints since a day again, by other rules or another model. Print what would go elsewhere."""
        if rules is None and model is None:
            raise typer.BadParameter("give --rules, --model, or both")
        if rules is not None and not (rules / "services/router/__main__.py").is_file():
            raise typer.BadParameter(f"{rules}: is no checkout of this repository")
        run(_backtest(build(load()), since.replace(tzinfo=UTC), rules, model, show, models))


def load_version(folder: Path, name: str) -> Model:
    """Return a version of a model. A version that does not exist ends the command with one line."""
    from services.router.learning import versions

    try:
        return versions.load(folder, name)
    except versions.NoSuchVersion as error:
        raise SystemExit(str(error)) from None


def train(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="CSV, xlsx or JSON lines")],
    text: Annotated[str | None, typer.Option(help="the column with the text")] = None,
    label: Annotated[str | None, typer.Option(help="the column with the label")] = None,
    time: Annotated[str | None, typer.Option(help="the column with the time")] = None,
    topics: Annotated[Path | None, typer.Option(help="a CSV with `label` and `topic`: where each label leads")] = None,
    models: Folder = MODELS,
) -> None:
    """Train a model on labelled complaints, and save it as a version with a report. Puts nothing in force."""
    try:
        from services.router.learning.training import train as learn
    except ModuleNotFoundError as missing:
        raise SystemExit(f"{missing.name} is missing: install the extra `train`") from None
    from services.router.learning import versions
    from services.router.learning.report import as_text
    from services.router.learning.samples import Columns, read_samples
    from services.router.learning.saving import hash_of, save
    from services.router.learning.topics import read_topics

    try:
        samples = read_samples(files, Columns(text, label, time))
        given = read_topics(topics) if topics else None
        training = learn(samples, versions.load(models, versions.active(models)), given)
    except ValueError as error:
        raise SystemExit(str(error)) from None
    name = save(models, training, hash_of(files), datetime.now(UTC))
    typer.echo(as_text(training), nl=False)
    typer.echo(f"saved as {name}; the report with plots: {models / name / 'report.html'}")


def list_models(
    report: Annotated[str | None, typer.Option(help="print the report on this version")] = None,
    models: Folder = MODELS,
) -> None:
    """List the versions of models, the oldest first. A star marks the one in force."""
    from services.router.learning import versions

    if report is not None:
        load_version(models, report)
        path = models / report / "report.txt"
        if not path.is_file():
            raise SystemExit(f"{report} has no report")
        typer.echo(path.read_text(encoding="utf-8"), nl=False)
        return
    present = versions.active(models)
    typer.echo(f"{'*' if present == versions.SHIPPED else ' '} {versions.SHIPPED}")
    for one in versions.listed(models):
        verdict = f"better than {one['compared_with']}" if one["better"] else "not better"
        typer.echo(
            f"{'*' if one['version'] == present else ' '} {one['version']}  {one['samples']} samples"
            f"  accuracy {one['accuracy']:.3f}  top-3 {one['top_3']:.3f}  {verdict}  data {one['data_sha256'][:16]}"
        )


def activate(
    version: Annotated[str | None, typer.Argument(help="the version to put in force")] = None,
    back: Annotated[bool, typer.Option("--back", help="put in force what was in force before")] = False,
    models: Folder = MODELS,
) -> None:
    """Put a model in force if it beat the present one on the newest fifth. The service reads it at its next start."""
    from services.router.learning import versions

    if (version is None) == (not back):
        raise typer.BadParameter("give either a version or --back")
    now = datetime.now(UTC)
    try:
        if version is None:
            version = versions.roll_back(models, now)
        else:
            versions.activate(models, version, now)
    except (versions.NoSuchVersion, versions.NotBetter) as error:
        raise SystemExit(str(error)) from None
    typer.echo(f"{version} is in force from the next start of the router on")


async def _labels(service: Any, since: datetime) -> None:
    from services.router.actions.labels import find_labels
    from shared.runtime.running import running as opened

    async with opened(service) as live:
        async for line in find_labels(live.pool, since):
            typer.echo(json.dumps(line, ensure_ascii=False))


async def _backtest(
    service: Any, since: datetime, rules: Path | None, model: str | None, show: int, models: Path
) -> None:
    from services.router.actions.recorded import read_recorded
    from services.router.learning import backtest, versions
    from shared.runtime.running import running as opened

    present = versions.active(models)
    async with opened(service) as live:
        recorded = await read_recorded(live.pool, since)
    old = backtest.decide_here(recorded, load_version(models, present))
    new_name = model or present
    try:
        if rules is None:
            new = backtest.decide_here(recorded, load_version(models, new_name))
        else:
            new = backtest.decide_there(recorded, rules, new_name, models)
    except backtest.Failed as error:
        raise SystemExit(str(error)) from None
    for line in backtest.lines(backtest.pair(recorded, old, new), show):
        typer.echo(line)
