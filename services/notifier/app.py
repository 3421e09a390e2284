"""Wiring: builds the notifier from its settings. Only this module knows all the others."""

from functools import partial
from pathlib import Path

from services.notifier.api import make_api
from services.notifier.loops.follow_up import follow_up_messages
from services.notifier.loops.gauges import update_gauges
from services.notifier.loops.send import send_messages
from services.notifier.rules.fold import keys_of, make_fold
from services.notifier.sending.wakeup import Wakeup
from services.notifier.settings import NotifierSettings
from services.notifier.state import NotifierState
from services.notifier.store import save_rows
from shared.events.catalogue import read_by
from shared.runtime.app import App
from shared.runtime.running import Running
from shared.worktime.office import office_hours


def build(settings: NotifierSettings) -> App[NotifierState]:
    """Return the definition of the notifier. Opens no connection."""
    wakeup = Wakeup(settings.poll_seconds)

    async def send(running: Running[NotifierState]) -> None:
        await send_messages(running, settings, wakeup)

    async def follow_up(running: Running[NotifierState]) -> None:
        await follow_up_messages(running, settings, wakeup)

    async def numbers(running: Running[NotifierState]) -> None:
        await update_gauges(running, settings)

    return App(
        name="notifier",
        settings=settings,
        state=NotifierState,
        fold=make_fold(office_hours(settings.calendar, "TANGGAP_NOTIFIER_CALENDAR")),
        streams=read_by("notifier"),
        keys_of=keys_of,
        save_rows=wakeup.after(partial(save_rows, channels=settings.channels)),
        migrations=Path(__file__).parent / "migrations",
        web=make_api,
        loops=(send, follow_up, numbers),
    )
