"""Senders of the configured channels."""

from services.notifier.channels.email import EmailSender
from services.notifier.channels.outgoing import ChannelSender
from services.notifier.channels.webhook import WebhookSender
from services.notifier.channels.whatsapp import WhatsAppSender
from services.notifier.codes import Channel
from services.notifier.settings import NotifierSettings


def make_senders(settings: NotifierSettings) -> dict[Channel, ChannelSender]:
    """Return a sender for each configured channel. Whoever calls this closes them."""
    senders: dict[Channel, ChannelSender] = {}
    if settings.whatsapp_token and settings.whatsapp_phone_number_id:
        senders[Channel.WHATSAPP] = WhatsAppSender(
            base=settings.whatsapp_base,
            version=settings.whatsapp_version,
            phone_number_id=settings.whatsapp_phone_number_id,
            token=settings.whatsapp_token.get_secret_value(),
        )
    if settings.smtp_host:
        senders[Channel.EMAIL] = EmailSender(
            host=settings.smtp_host,
            port=settings.smtp_port,
            sender=settings.mail_from,
            reply_to=settings.mail_reply_to,
            username=settings.smtp_username,
            password=settings.smtp_password.get_secret_value() if settings.smtp_password else None,
            tls=settings.smtp_tls,
        )
    senders[Channel.WEBHOOK] = WebhookSender(allow_loopback=settings.webhook_allow_loopback)
    return senders
