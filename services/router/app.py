"""The wiring of the router: settings, fold, streams, migrations and HTTP in one service."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from services.router.api import make_api
from services.router.learning.shadow import Shadow
from services.router.learning.versions import NoSuchVersion, active, load
from services.router.loops.cases import count_cases
from services.router.loops.gauges import update_gauges
from services.router.loops.registry import keep_registry
from services.router.loops.sp4n import connect_sp4n
from services.router.routing.lexicon import lexicon
from services.router.routing.model import Model
from services.router.rules.fold import fold
from services.router.rules.limits import CaseLimits
from services.router.settings import RouterSettings
from services.router.sp4n.table import Table, WrongTable, read_table
from services.router.state import Case
from services.router.store import save_rows
from shared.events.catalogue import Stream, of_opd, read_by
from shared.reference.authorities import Authorities, WrongAuthorities, read_authorities, shipped_authorities
from shared.runtime.app import App
from shared.runtime.running import Running
from shared.settings import WrongSetting
from shared.worktime.office import office_hours


def build(settings: RouterSettings) -> App[Case]:
    """Build the service. Compile the tables and read the models first, so that a wrong one stops the start."""
    lexicon()
    hours = office_hours(settings.calendar, "TANGGAP_ROUTER_CALENDAR")
    model = _version(settings, "MODELS", active(settings.models))
    limits = CaseLimits(
        settings.put_off_days,
        settings.put_off_times,
        settings.allowance,
        settings.calls_percent,
        settings.hold_hours,
        settings.sp4n_mirror,
        settings.lead_asks_help,
        settings.refer_certainty,
        _authorities(settings),
    )
    rules = partial(fold, limits=limits, closing=settings.sp4n_closing, model=model)
    name = settings.shadow_model
    shadow = Shadow(rules, _version(settings, "SHADOW_MODEL", name)) if name else None

    async def numbers(running: Running[Case]) -> None:
        await update_gauges(running, hours)

    table = _table(settings)

    async def sp4n(running: Running[Case]) -> None:
        await connect_sp4n(running, settings, table)

    return App(
        name="router",
        settings=settings,
        state=Case,
        fold=shadow.fold if shadow else rules,
        streams=read_by("router"),
        external=streams_of_updates(settings.opd_codes),
        migrations=Path(__file__).parent / "migrations",
        web=partial(make_api, hours=hours, model=model, shadow=shadow, authorities=limits.authorities),
        loops=(numbers, count_cases, sp4n, keep_registry),
        save_rows=save_rows,
    )


def _table(settings: RouterSettings) -> Table:
    """Return the table of SP4N's numbers. Raise WrongSetting if it cannot be read."""
    try:
        return read_table(settings.sp4n_table)
    except WrongTable as error:
        raise WrongSetting(f"TANGGAP_ROUTER_SP4N_TABLE: {error}") from None


def _authorities(settings: RouterSettings) -> Authorities:
    """Return the offices outside the province. Raise WrongSetting if their file cannot be used."""
    if settings.authorities is None:
        return shipped_authorities()
    try:
        return read_authorities(settings.authorities)
    except WrongAuthorities as error:
        raise WrongSetting(f"TANGGAP_ROUTER_AUTHORITIES: {error}") from None


def _version(settings: RouterSettings, setting: str, name: str) -> Model:
    """Return a version of a model. Raise WrongSetting if it does not exist."""
    try:
        return load(settings.models, name)
    except NoSuchVersion as error:
        raise WrongSetting(f"TANGGAP_ROUTER_{setting}: {error}") from None


def streams_of_updates(codes: Iterable[str]) -> tuple[Stream, ...]:
    """Return the stream of updates of each OPD."""
    return tuple(of_opd(code)[1] for code in codes)
