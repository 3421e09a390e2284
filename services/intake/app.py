"""The wiring of an intake process."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from services.intake import store
from services.intake.actions.asking import AskingShare
from services.intake.actions.watching import Watchers
from services.intake.api import make_api
from services.intake.loops.accepted import count_accepted
from services.intake.loops.choices import count_choices
from services.intake.loops.laporan_folder import watch_folder
from services.intake.loops.live import watch_complaints
from services.intake.loops.media import compare_media, fetch_media, say_media, sweep_media
from services.intake.loops.web_forms import clear_forms
from services.intake.loops.words import forget_words
from services.intake.rules.context import StateChange, States
from services.intake.rules.fold import fold
from services.intake.settings import IntakeSettings
from services.intake.state import Complaint, Contact, IntakeState
from shared.events.catalogue import read_by
from shared.pipeline import Item
from shared.runtime.app import App
from shared.runtime.running import Running


def build(settings: IntakeSettings) -> App[Complaint | Contact]:
    """Build the intake service from its settings."""

    share = AskingShare()
    watchers = Watchers(settings.live_bound, settings.live_streams_per_address)

    async def live(running: Running[Complaint | Contact]) -> None:
        await watch_complaints(running, watchers)

    async def media(running: Running[Complaint | Contact]) -> None:
        await sweep_media(running, settings)

    async def media_fetching(running: Running[Complaint | Contact]) -> None:
        await fetch_media(running, settings)

    async def comparing(running: Running[Complaint | Contact]) -> None:
        await compare_media(running, settings)

    async def choices(running: Running[Complaint | Contact]) -> None:
        await count_choices(running, share)

    async def exports(running: Running[Complaint | Contact]) -> None:
        await watch_folder(running, settings)

    def rules(states: States, item: Item, now: datetime) -> StateChange:
        return fold(states, item, now, settings.allowance, may_ask=share.open)

    always = (live, media, say_media, comparing, choices, count_accepted, forget_words, clear_forms)
    return App(
        name="intake",
        settings=settings,
        state=IntakeState,
        fold=rules,
        streams=read_by("intake"),
        migrations=Path(__file__).parent / "migrations",
        save_rows=store.save_rows,
        web=lambda running: make_api(running, settings, watchers),
        loops=(
            *always,
            *((media_fetching,) if settings.fetches_media else ()),
            *((exports,) if settings.watches_folder else ()),
        ),
    )
