"""The commands over all cases: whatif, recompute, replay. Each imports its code when it runs."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from shared.cli import run

if TYPE_CHECKING:
    from services.sla.settings import SlaSettings
    from services.sla.versions import RuleTexts, RuleVersion

Calendar = Annotated[Path | None, typer.Option(help="a calendar file (docs/architecture/calendar.md)")]
Policy = Annotated[Path | None, typer.Option(help="a policies file (docs/architecture/deadlines.md)")]
Installed = Annotated[
    bool,
    typer.Option(
        "--installed", help="what is installed: holidays, time zone; while version 0 is in force also the files"
    ),
]
Json = Annotated[bool, typer.Option("--json", help="a JSON object a line")]


@dataclass(frozen=True, slots=True)
class ProposedRules:
    """The rules that an operator asks for: texts, or what is installed."""

    calendar: str | None = None
    policies: str | None = None
    installed: bool = False


def install(app: typer.Typer, load: Any) -> None:
    """Add the commands. ``load`` returns the settings."""

    @app.command()
    def whatif(
        policy: Policy = None,
        calendar: Calendar = None,
        installed: Installed = False,
        only_running: Annotated[bool, typer.Option("--running", help="leave out deadlines that have ended")] = False,
        as_json: Json = False,
    ) -> None:
        """List the deadlines that would move, breach or be saved under other rules, and the levels that change.

        Changes nothing.
        """
        if policy is None and calendar is None and not installed:
            raise typer.BadParameter("give --policy, --calendar, or both; or --installed")
        proposed = ProposedRules(_text(calendar), _text(policy), installed)
        counts = run(_whatif(load(), proposed, only_running=only_running, as_json=as_json))
        if not as_json:
            typer.echo(f"cases {counts['cases']}; deadlines that would move {counts['all']}: " + _move_summary(counts))
            typer.echo("levels of running deadlines: " + _level_summary(counts))

    @app.command()
    def recompute(
        who: Annotated[str, typer.Option(help="who changes it")],
        why: Annotated[str, typer.Option(help="why; stands in the event of every deadline that moves")],
        policy: Policy = None,
        calendar: Calendar = None,
        installed: Installed = False,
    ) -> None:
        """Put new rules into force, if given, and compute every running deadline again.

        Each deadline that moves gets an event.
        """
        counts = run(_recompute(load(), ProposedRules(_text(calendar), _text(policy), installed), who=who, why=why))
        typer.echo(json.dumps(counts))
        raise typer.Exit(1 if counts["failed"] else 0)

    @app.command()
    def replay(as_json: Json = False) -> None:
        """Compare the stored due times with those computed again from the log. Exit with 1 and name each difference."""
        counts = run(_replay(load(), as_json=as_json))
        typer.echo(json.dumps(counts))
        raise typer.Exit(1 if counts["differences"] else 0)


def _text(path: Path | None) -> str | None:
    if path is None:
        return None
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{path}: {error}") from None


def _move_line(move: dict[str, Any]) -> str:
    kind = "running" if move["running"] else "past"
    what = f"{move['clock']} {move['run']}"
    return (
        f"{move['ticket']}  {move['opd']}  {what}  {kind}  {move['was_due_at']} -> {move['due_at']}  {move['effect']}"
    )


def _level_line(level: dict[str, Any]) -> str:
    what = f"{level['clock']} {level['run']} level {level['level']}"
    times = f"{level['was_at'] or '-'} -> {level['at'] or '-'}"
    return f"{level['ticket']}  {level['opd']}  {what}  {times}  to {', '.join(level['to'])}  {level['effect']}"


def _level_summary(counts: Counter[str]) -> str:
    names = {"added": "added", "removed": "removed", "moved": "moved", "told_to": "told to others"}
    return ", ".join(f"{counts[f'level_{name}']} {words}" for name, words in names.items())


def _move_summary(counts: Counter[str]) -> str:
    names = {
        "moves": "only move",
        "breaches": "would be missed",
        "saved": "would be saved",
        "unknown": "cannot be told",
    }
    return ", ".join(f"{counts[name]} {words}" for name, words in names.items())


def _proposed_version(base: RuleVersion, proposed: ProposedRules, files: RuleTexts) -> RuleVersion:
    from services.sla.versions import next_version
    from shared.errors import Invalid

    calendar, policies = proposed.calendar, proposed.policies
    if proposed.installed and base.number == 0:
        calendar, policies = calendar or files.calendar, policies or files.policies
    try:
        return next_version(base, calendar, policies, installed=proposed.installed)
    except Invalid as refusal:
        raise SystemExit(f"{refusal.field}: {refusal.detail}") from None


async def _whatif(settings: SlaSettings, proposed: ProposedRules, *, only_running: bool, as_json: bool) -> Counter[str]:
    from services.sla.actions.whatif import find_level_changes, find_moves
    from services.sla.app import build_with_versions
    from shared.runtime.running import running as opened

    service, versions = build_with_versions(settings)
    counts: Counter[str] = Counter()
    async with opened(service) as live:
        old = await versions.current(live.pool)
        new = _proposed_version(old, proposed, versions.files)
        async for moves, size in find_moves(live, old, new, only_running=only_running):
            counts["cases"] += size
            for found in moves:
                counts["all"] += 1
                counts[found.move.effect] += 1
                line = found.as_json()
                typer.echo(json.dumps(line) if as_json else _move_line(line))
        async for levels, _ in find_level_changes(live, old, new):
            for level in levels:
                counts[level.change.effect] += 1
                line = level.as_json()
                typer.echo(json.dumps(line) if as_json else _level_line(line))
    return counts


async def _recompute(settings: SlaSettings, proposed: ProposedRules, *, who: str, why: str) -> dict[str, int]:
    from services.sla.actions.recomputation import recompute_all
    from services.sla.app import build_with_versions
    from services.sla.versions import put_in_force
    from shared.runtime.running import running as opened

    service, versions = build_with_versions(settings)
    async with opened(service) as live:
        version = await versions.current(live.pool)
        if proposed != ProposedRules():
            version = _proposed_version(version, proposed, versions.files)
            await put_in_force(live.pool, version, at=live.clock.now(), who=who, why=why)
        counts = await recompute_all(live, reason=why, actor=f"sla:{who}")
    return {"rules": version.number, **counts}


async def _replay(settings: SlaSettings, *, as_json: bool) -> dict[str, int]:
    from dataclasses import asdict

    from services.sla.actions.replay import find_replay_differences
    from services.sla.app import build_with_versions
    from shared.runtime.running import running as opened

    service, versions = build_with_versions(settings)
    counts: Counter[str] = Counter(cases=0, deadlines=0, differences=0)
    async with opened(service) as live:
        async for key, difference in find_replay_differences(live, versions, counts):
            counts["differences"] += 1
            line = {"complaint_id": str(key), **asdict(difference)}
            typer.echo(json.dumps(line) if as_json else "  ".join(f"{name}={value}" for name, value in line.items()))
    return dict(counts)
