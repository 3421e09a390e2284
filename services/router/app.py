"""The wiring of the router: settings, fold, streams, migrations and HTTP in one service."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from services.router.api import make_api
from services.router.consumers import STREAMS, updates_of
from services.router.routing.lexicon import lexicon
from services.router.rules import Limits, fold
from services.router.settings import RouterSettings
from services.router.state import Case
from shared.runtime.app import App


def build(settings: RouterSettings) -> App[Case]:
    """Build the service. Compile the rule tables first, so that a wrong table stops the start, not a complaint."""
    lexicon()
    return App(
        name="router",
        settings=settings,
        state=Case,
        fold=partial(
            fold,
            limits=Limits(settings.put_off_days, settings.put_off_times, settings.allowance),
            closing=settings.sp4n_closing,
        ),
        streams=STREAMS,
        external=updates_of(settings.opd_codes),
        migrations=Path(__file__).parent / "migrations",
        web=make_api,
    )
