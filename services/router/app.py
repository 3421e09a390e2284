"""The wiring of the router: settings, fold, streams, migrations and HTTP in one service."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from services.router.api import make_api
from services.router.loops.gauges import update_gauges
from services.router.routing.lexicon import lexicon
from services.router.rules.fold import fold
from services.router.rules.limits import CaseLimits
from services.router.settings import RouterSettings
from services.router.state import Case
from shared.events.catalogue import Stream, of_opd, read_by
from shared.runtime.app import App
from shared.runtime.running import Running
from shared.worktime.office import office_hours


def build(settings: RouterSettings) -> App[Case]:
    """Build the service. Compile the rule tables first, so that a wrong table stops the start, not a complaint."""
    lexicon()
    hours = office_hours(settings.calendar, "TANGGAP_ROUTER_CALENDAR")

    async def numbers(running: Running[Case]) -> None:
        await update_gauges(running, hours)

    return App(
        name="router",
        settings=settings,
        state=Case,
        fold=partial(
            fold,
            limits=CaseLimits(
                settings.put_off_days,
                settings.put_off_times,
                settings.allowance,
                settings.calls_percent,
                settings.hold_hours,
            ),
            closing=settings.sp4n_closing,
        ),
        streams=read_by("router"),
        external=streams_of_updates(settings.opd_codes),
        migrations=Path(__file__).parent / "migrations",
        web=partial(make_api, hours=hours),
        loops=(numbers,),
    )


def streams_of_updates(codes: Iterable[str]) -> tuple[Stream, ...]:
    """Return the stream of updates of each OPD."""
    return tuple(of_opd(code)[1] for code in codes)
