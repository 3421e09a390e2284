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
    """The address of the WhatsApp platform."""
    whatsapp_version: str = "v24.0"
    """The version of its interface."""
    whatsapp_phone_number_id: str | None = None
    """The id of our phone number, from which messages go out. Missing: the channel is off."""
    whatsapp_token: SecretStr | None = None
    """The token with which messages are sent. Missing: the channel is off."""
    whatsapp_rate: float = Field(default=40, gt=0, le=1000)
    """Messages a second of this replica. WhatsApp lets our number send 80, which the replicas share."""
    smtp_host: str | None = None
    """The mail server. Missing: the channel is off."""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    """The port of the mail server."""
    smtp_tls: Literal["none", "starttls", "implicit"] = "starttls"
    """The encryption of the connection: after `STARTTLS`, from the first byte (`implicit`), or none."""
    smtp_username: str | None = None
    """The user at the mail server. Missing: no login."""
    smtp_password: SecretStr | None = None
    """The password at the mail server."""
    smtp_rate: float = Field(default=20, gt=0, le=1000)
    """Mails a second of this replica."""
    mail_from: str = "tanggap@kaltim.example"
    """The sender of our mails. Its domain needs SPF, DKIM and DMARC."""
    mail_reply_to: str = "aduan@kaltim.example"
    """The address to which answers to our mails go."""
    instagram_base: str = "https://graph.facebook.com"
    """The address of the Instagram platform."""
    instagram_version: str = "v24.0"
    """The version of its interface."""
    instagram_account: str = Field(default="me", min_length=1)
    """The account in the path. `me` is the account of the token."""
    instagram_token: SecretStr | None = None
    """The token with which replies are sent. Missing: the channel is off."""
    instagram_rate: float = Field(default=20, gt=0, le=1000)
    """Messages a second of this replica."""
    sms_url: str | None = None
    """The address of the SMS gateway that takes our form. Missing: the channel is off."""
    sms_token: SecretStr | None = None
    """A token for the header `Authorization: Bearer`. Missing: no header."""
    sms_fields: SecretStr = SecretStr("")
    """Parameters that never change, written as in an address (`user=…&password=…`)."""
    sms_to_field: str = Field(default="to", min_length=1)
    """The parameter with the number."""
    sms_text_field: str = Field(default="text", min_length=1)
    """The parameter with the text."""
    sms_number: Literal["plus", "digits", "trunk"] = "plus"
    """The way in which the gateway wants a number: +62812…, 62812… or 0812…."""
    sms_success: re.Pattern[str] | None = None
    """A pattern in the gateway's answer that means success; its group is the gateway's id of the message. Missing: each
    2xx is success."""
    sms_busy: re.Pattern[str] | None = None
    """A pattern in the gateway's answer after which the message is tried again."""
    sms_rate: float = Field(default=5, gt=0, le=1000)
    """Messages a second of this replica."""
    whatsapp_slots: int = Field(default=16, ge=1, le=200)
    """WhatsApp messages that this replica may have under way at once."""
    smtp_slots: int = Field(default=8, ge=1, le=200)
    """Mails that this replica may have under way at once."""
    webhook_slots: int = Field(default=16, ge=1, le=200)
    """Webhooks that this replica may have under way at once."""
    instagram_slots: int = Field(default=8, ge=1, le=200)
    """Instagram messages that this replica may have under way at once."""
    sms_slots: int = Field(default=4, ge=1, le=200)
    """SMS that this replica may have under way at once."""
    webhook_host_slots: int = Field(default=4, ge=1, le=50)
    """Webhooks that all replicas together may have under way to one host."""
    try_seconds: float = Field(default=20, gt=0, le=30)
    """The time limit of one whole try, from the look-up of the host's name to the answer."""
    overdue_seconds: float = Field(default=120, ge=1)
    """`/readyz` turns red when a channel's oldest message that may go out has waited longer than this."""
    channel_off_hours: float = Field(default=24, ge=0, le=720)
    """The hours that a message waits for a channel that is off before it is suppressed. 0 suppresses it at once."""
    webhook_allow_loopback: bool = False
    """For development only: lets webhooks go to this machine over http."""
    calendar: Path | None = None
    """A calendar of office hours that replaces the shipped one."""
    settle_seconds: float = Field(default=1.5, ge=0, le=60)
    """The time that an immediate message waits for other notices that belong in the same message."""
    look_for_seconds: float = Field(default=300, ge=1)
    """The time that we wait for a status before an unanswered WhatsApp message may be sent again."""

    poll_seconds: float = Field(default=0.2, gt=0, le=5)
    """The pause between two looks for work. Work from the service's own process wakes the loops at once."""

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
