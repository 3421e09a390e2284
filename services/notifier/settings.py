"""Settings of the notifier beside those that every service has."""

import re
from datetime import timedelta
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field, SecretStr

from services.notifier.codes import Channel
from shared.settings import Settings


class NotifierSettings(Settings):
    """Settings of the notifier. A channel without its settings is off; see `docs/architecture/messages.md`.

    Webhooks need no setting: each receiver has a secret of its own. Nothing is sent to a receiver without a secret.
    """

    service: ClassVar[str] = "notifier"

    whatsapp_base: str = "https://graph.facebook.com"
    whatsapp_version: str = "v24.0"
    whatsapp_phone_number_id: str | None = None
    whatsapp_token: SecretStr | None = None
    # Messages a second of this replica. WhatsApp lets our number send 80, which the replicas share.
    whatsapp_rate: float = Field(default=40, gt=0, le=1000)
    smtp_host: str | None = None
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_tls: Literal["none", "starttls", "implicit"] = "starttls"
    smtp_username: str | None = None
    smtp_password: SecretStr | None = None
    smtp_rate: float = Field(default=20, gt=0, le=1000)
    mail_from: str = "tanggap@kaltim.example"
    mail_reply_to: str = "aduan@kaltim.example"
    # Instagram Direct. `me` is the account of the token.
    instagram_base: str = "https://graph.facebook.com"
    instagram_version: str = "v24.0"
    instagram_account: str = Field(default="me", min_length=1)
    instagram_token: SecretStr | None = None
    instagram_rate: float = Field(default=20, gt=0, le=1000)
    # The SMS gateway: the address of its form, the names of its parameters, and further parameters that never change,
    # written as in an address (user=…&password=…). A token goes into the header `Authorization`.
    sms_url: str | None = None
    sms_token: SecretStr | None = None
    sms_fields: SecretStr = SecretStr("")
    sms_to_field: str = Field(default="to", min_length=1)
    sms_text_field: str = Field(default="text", min_length=1)
    # The way in which the gateway wants a number: +62812…, 62812… or 0812….
    sms_number: Literal["plus", "digits", "trunk"] = "plus"
    # Patterns that are searched in the gateway's answer: success, whose group is its id of the message, and busy, after
    # which the message is tried again. Without a pattern of success each 2xx is one.
    sms_success: re.Pattern[str] | None = None
    sms_busy: re.Pattern[str] | None = None
    sms_rate: float = Field(default=5, gt=0, le=1000)
    # Messages of one channel that this replica may have under way at once.
    whatsapp_slots: int = Field(default=16, ge=1, le=200)
    smtp_slots: int = Field(default=8, ge=1, le=200)
    webhook_slots: int = Field(default=16, ge=1, le=200)
    instagram_slots: int = Field(default=8, ge=1, le=200)
    sms_slots: int = Field(default=4, ge=1, le=200)
    # Webhooks that all replicas together may have under way to one host.
    webhook_host_slots: int = Field(default=4, ge=1, le=50)
    # The time limit of one whole try, from the look-up of the host's name to the answer.
    try_seconds: float = Field(default=20, gt=0, le=30)
    # `/readyz` turns red when a channel's oldest message that may go out has waited longer than this.
    overdue_seconds: float = Field(default=120, ge=1)
    # How long a message waits for a channel that is off before it is suppressed. 0 suppresses it at once.
    channel_off_hours: float = Field(default=24, ge=0, le=720)
    # For development only: lets webhooks go to this machine over http.
    webhook_allow_loopback: bool = False
    # A calendar of office hours that replaces the shipped one.
    calendar: Path | None = None
    # How long an immediate message waits for other notices that belong in the same message.
    settle_seconds: float = Field(default=1.5, ge=0, le=60)
    # How long we wait for a status before an unanswered WhatsApp message may be sent again.
    look_for_seconds: float = Field(default=300, ge=1)

    # How often the loops look for work. Work from their own process wakes them at once.
    poll_seconds: float = Field(default=0.2, gt=0, le=5)

    @property
    def look_for(self) -> timedelta:
        """``look_for_seconds`` as a duration."""
        return timedelta(seconds=self.look_for_seconds)

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels that are configured."""
        on = {
            Channel.WHATSAPP: self.whatsapp_token is not None and self.whatsapp_phone_number_id is not None,
            Channel.EMAIL: self.smtp_host is not None,
            Channel.WEBHOOK: True,
            Channel.INSTAGRAM: bool(self.instagram_token),
            Channel.SMS: bool(self.sms_url),
        }
        return tuple(channel.value for channel in Channel if on[channel])
