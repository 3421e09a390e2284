"""The command line of the intake service."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from shared.cli import run, service_cli

if TYPE_CHECKING:
    from services.intake.actions.importing import History, ImportReport
    from services.intake.settings import IntakeSettings
    from shared.runtime.app import App


def _load() -> IntakeSettings:
    from services.intake.settings import IntakeSettings
    from shared.settings import load

    return load(IntakeSettings)


def _build(settings: Any) -> App[Any]:
    from services.intake.app import build

    return build(settings)


app = service_cli("intake", _load, _build)


@app.command("import-laporan")
def import_laporan(
    file: Annotated[Path, typer.Argument(help="an .xlsx of SP4N-LAPOR!'s Laporan Ringkas")],
    as_json: Annotated[bool, typer.Option("--json", help="print the report as JSON")] = False,
    history: Annotated[
        str,
        typer.Option(help="open rows taken over as history: auto (by TANGGAP_INTAKE_SP4N_HISTORY_DAYS), all or none"),
    ] = "auto",
) -> None:
    """Import a Laporan Ringkas of SP4N-LAPOR!. A later import of known rows changes only what changed in the file."""
    from services.intake.actions.importing import history_of
    from services.intake.laporan import NotALaporan
    from shared.errors import Invalid

    try:
        report = run(_import(file.read_bytes(), history_of(history)))
    except Invalid as error:
        raise typer.BadParameter(error.detail) from None
    except OSError as error:
        raise SystemExit(f"{file}: {error.strerror}") from None
    except NotALaporan as error:
        raise SystemExit(f"{file}: {error}") from None
    if as_json:
        typer.echo(json.dumps(report.as_json(), ensure_ascii=False))
        return
    typer.echo(
        f"{report.accepted} aduan baru (di antaranya {report.already_closed} sudah berakhir di SP4N, {report.history} riwayat), "
        f"{report.updated} berubah, {report.unchanged} tetap, {len(report.bad)} baris tidak terbaca, "
        f"{report.unmapped_categories.total()} kategori tanpa padanan"
    )
    for note in report.notes:
        typer.echo(note)
    for row in report.changed_rows:
        typer.echo(f"baris {row['row']}: {row['ticket']} berubah: {', '.join(row['columns'])}")
    for bad in report.bad:
        typer.echo(f"baris {bad['row']}: {bad['reason']}")


async def _import(content: bytes, history: History) -> ImportReport:
    from services.intake.actions.importing import import_laporan as import_file
    from services.intake.actions.running import RunningIntake
    from shared.runtime.running import running

    settings = _load()
    async with running(_build(settings)) as live:
        return await import_file(RunningIntake(live, settings), content, "import", history)


@app.command()
def erase(
    ticket: str, why: Annotated[str, typer.Option(help="on whose request, by which letter; never a name")]
) -> None:
    """Erase a complaint and its reporter's contacts. The erasure event makes every other service erase them too."""
    from shared.errors import Refused

    try:
        typer.echo(json.dumps(run(_erase(ticket, why))))
    except Refused as refusal:
        raise SystemExit(refusal.words) from None


async def _erase(ticket: str, why: str) -> Any:
    from services.intake.actions.complaints import erase_complaint
    from services.intake.actions.running import RunningIntake
    from shared.runtime.running import running

    settings = _load()
    async with running(_build(settings)) as live:
        return await erase_complaint(RunningIntake(live, settings), ticket, why)


@app.command("erase-follower")
def erase_follower(
    why: Annotated[str, typer.Option(help="on whose request, by which letter; never a name")],
    whatsapp: Annotated[str, typer.Option(help="the follower's WhatsApp number")] = "",
    email: Annotated[str, typer.Option(help="the follower's e-mail address")] = "",
) -> None:
    """Take a person off every complaint of other people, and erase the contact if it has none of its own."""
    from services.intake.api.forms import read_address
    from shared.errors import Refused

    number, address, errors = read_address({"whatsapp": whatsapp, "surel": email})
    if errors:
        raise typer.BadParameter(" ".join(errors.values()))
    try:
        typer.echo(json.dumps({"complaints": run(_erase_follower(number, address, why))}))
    except Refused as refusal:
        raise SystemExit(refusal.words) from None


async def _erase_follower(number: str | None, address: str | None, why: str) -> int:
    from services.intake.actions.following import erase_follower as erase_one
    from services.intake.actions.running import RunningIntake
    from shared.runtime.running import running

    settings = _load()
    async with running(_build(settings)) as live:
        intake = RunningIntake(live, settings)
        done = [await erase_one(intake, "whatsapp", number, why)] if number else []
        done += [await erase_one(intake, "email", address, why)] if address else []
        return sum(done)
