"""Wiring: builds the notifier from its settings. Only this module knows all the others."""

from datetime import timedelta
from functools import cache, partial
from pathlib import Path

from services.notifier.api import make_api
from services.notifier.channels.email import Email
from services.notifier.channels.outgoing import Sender
from services.notifier.channels.webhook import Webhook
from services.notifier.channels.whatsapp import WhatsApp
from services.notifier.kinds import Channel
from services.notifier.rules.fold import keys_of, make_fold
from services.notifier.sending.alarm import Alarm
from services.notifier.sending.followup import FollowUp
from services.notifier.sending.heard import Heard
from services.notifier.sending.letters import Texts
from services.notifier.sending.limits import Bucket, Lane
from services.notifier.sending.loop import Post
from services.notifier.sending.numbers import watch
from services.notifier.settings import NotifierSettings
from services.notifier.state import NotifierState
from services.notifier.store import save_rows
from shared.events.catalogue import read_by
from shared.inputs.catch_up import CatchUp
from shared.reference import opds
from shared.runtime.app import App
from shared.runtime.running import Running
from shared.worktime import BadCalendarError, Timetable, parse_calendar
from shared.worktime.reading import shipped_calendar


def build(settings: NotifierSettings) -> App[NotifierState]:
    """Return the definition of the notifier. Opens no connection."""
    alarm = Alarm(settings.poll_seconds)
    save = partial(save_rows, channels=settings.channels)

    async def numbers(running: Running[NotifierState]) -> None:
        await watch(running, settings)

    async def send(running: Running[NotifierState]) -> None:
        senders = make_senders(settings)
        try:
            await make_post(running, settings, senders, alarm).run()
        finally:
            for sender in senders.values():
                await sender.aclose()

    async def follow_up(running: Running[NotifierState]) -> None:
        streams = running.catch_up("follow-up")
        try:
            await make_follow_up(running, settings, alarm, streams).run()
        finally:
            await streams.close()

    return App(
        name="notifier",
        settings=settings,
        state=NotifierState,
        fold=make_fold(office_hours(settings.calendar)),
        streams=read_by("notifier"),
        keys_of=keys_of,
        save_rows=alarm.after(save),
        migrations=Path(__file__).parent / "migrations",
        web=make_api,
        loops=(send, follow_up, numbers),
    )


@cache
def office_hours(file: Path | None) -> Timetable:
    """Return the calendar in ``file``, or the shipped one, as a look-up table.

    Building the table takes about a second, so each process does it once. Exits when ``file`` cannot be read.
    """
    if file is None:
        return Timetable(shipped_calendar())
    try:
        return Timetable(parse_calendar(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, BadCalendarError) as problem:
        raise SystemExit(f"TANGGAP_NOTIFIER_CALENDAR: {problem}") from None


def make_senders(settings: NotifierSettings) -> dict[Channel, Sender]:
    """Return a sender for each configured channel."""
    senders: dict[Channel, Sender] = {}
    if settings.whatsapp_token and settings.whatsapp_phone_number_id:
        senders[Channel.WHATSAPP] = WhatsApp(
            base=settings.whatsapp_base,
            version=settings.whatsapp_version,
            phone_number_id=settings.whatsapp_phone_number_id,
            token=settings.whatsapp_token.get_secret_value(),
        )
    if settings.smtp_host:
        senders[Channel.EMAIL] = Email(
            host=settings.smtp_host,
            port=settings.smtp_port,
            sender=settings.mail_from,
            reply_to=settings.mail_reply_to,
            username=settings.smtp_username,
            password=settings.smtp_password.get_secret_value() if settings.smtp_password else None,
            tls=settings.smtp_tls,
        )
    senders[Channel.WEBHOOK] = Webhook(allow_loopback=settings.webhook_allow_loopback)
    return senders


def make_follow_up(
    running: Running[NotifierState], settings: NotifierSettings, alarm: Alarm, streams: CatchUp
) -> FollowUp:
    """Return the leader's loop. It reports results and sends nothing itself, so its post has no senders."""
    post = make_post(running, settings, {}, alarm)
    return FollowUp(
        running,
        post,
        Heard(running, post),
        settle_s=settings.settle_seconds,
        look_for=settings.look_for,
        channels=settings.channels,
        off_for=timedelta(hours=settings.channel_off_hours),
        alarm=alarm,
        caught_up=streams.caught_up,
    )


def make_post(
    running: Running[NotifierState], settings: NotifierSettings, senders: dict[Channel, Sender], alarm: Alarm
) -> Post:
    """Return the sending loop for the channels in ``senders``."""
    names = {code: opd.name for code, opd in opds().items()}
    return Post(
        running,
        senders,
        texts=Texts(settings.public_url.rstrip("/"), settings.console_url.rstrip("/"), names),
        lanes={
            Channel.WHATSAPP: Lane(settings.whatsapp_slots, Bucket(settings.whatsapp_rate)),
            Channel.EMAIL: Lane(settings.smtp_slots, Bucket(settings.smtp_rate)),
            Channel.WEBHOOK: Lane(settings.webhook_slots),
        },
        host_slots=settings.webhook_host_slots,
        try_s=settings.try_seconds,
        look_for=settings.look_for,
        alarm=alarm,
    )
