"""What the notifier must be told beside what every service is."""

from datetime import timedelta
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field, SecretStr

from services.notifier.kinds import Channel
from shared.settings import Settings


class NotifierSettings(Settings):
    """A channel without its settings is off: `docs/architecture/messages.md` says what happens to its messages.

    Webhooks need no setting: each receiver has a secret of its own, and without one nothing is sent to it.
    """

    service: ClassVar[str] = "notifier"

    console_url: str = "http://127.0.0.1:8002"
    whatsapp_base: str = "https://graph.facebook.com"
    whatsapp_version: str = "v24.0"
    whatsapp_phone_number_id: str | None = None
    whatsapp_token: SecretStr | None = None
    whatsapp_rate: float = Field(default=40, gt=0, le=1000)
    """Messages a second of this replica; the number may send 80."""
    smtp_host: str | None = None
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_tls: Literal["none", "starttls", "implicit"] = "starttls"
    smtp_username: str | None = None
    smtp_password: SecretStr | None = None
    smtp_rate: float = Field(default=20, gt=0, le=1000)
    mail_from: str = "tanggap@kaltim.example"
    mail_reply_to: str = "aduan@kaltim.example"
    whatsapp_slots: int = Field(default=16, ge=1, le=200)
    """Messages of this channel that may be under way at once, from this replica; so too for the other two."""
    smtp_slots: int = Field(default=8, ge=1, le=200)
    webhook_slots: int = Field(default=16, ge=1, le=200)
    webhook_host_slots: int = Field(default=4, ge=1, le=50)
    """Webhooks that one host may have under way, from all replicas together."""
    try_seconds: float = Field(default=20, gt=0, le=30)
    """The longest that one try may last in all, from looking up the name to the answer."""
    overdue_seconds: float = Field(default=120, ge=1)
    """A channel whose oldest message has waited longer than this although it may go out turns `/readyz` red."""
    channel_off_hours: float = Field(default=24, ge=0, le=720)
    """The wait of a message for a channel that is off, before it is suppressed; 0 for none."""
    webhook_allow_loopback: bool = False
    """For development alone: lets webhooks go to this machine over http."""
    calendar: Path | None = None
    """Another calendar of office hours than the shipped one."""
    settle_seconds: float = Field(default=1.5, ge=0, le=60)
    """How long an immediate message waits for what belongs into it."""
    look_for_seconds: float = Field(default=300, ge=1)
    """How long a status is looked for before an unanswered WhatsApp message may be sent again."""

    poll_seconds: float = Field(default=0.2, gt=0, le=5)
    """How often the loops look by themselves; what happens in their own process wakes them at once."""

    @property
    def look_for(self) -> timedelta:
        return timedelta(seconds=self.look_for_seconds)

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels that are on."""
        on = {
            Channel.WHATSAPP: self.whatsapp_token is not None and self.whatsapp_phone_number_id is not None,
            Channel.EMAIL: self.smtp_host is not None,
            Channel.WEBHOOK: True,
        }
        return tuple(channel.value for channel in Channel if on[channel])
