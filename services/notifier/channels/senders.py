"""Senders of the configured channels."""

from urllib.parse import parse_qsl

from services.notifier.channels.email import EmailSender
from services.notifier.channels.instagram import InstagramSender
from services.notifier.channels.outgoing import ChannelSender
from services.notifier.channels.sms import GatewayForm, SmsSender
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
    if settings.instagram_token:
        senders[Channel.INSTAGRAM] = InstagramSender(
            base=settings.instagram_base,
            version=settings.instagram_version,
            account=settings.instagram_account,
            token=settings.instagram_token.get_secret_value(),
        )
    if settings.sms_url:
        senders[Channel.SMS] = SmsSender(
            url=settings.sms_url,
            form=_gateway_form(settings),
            token=settings.sms_token.get_secret_value() if settings.sms_token else None,
        )
    senders[Channel.WEBHOOK] = WebhookSender(allow_loopback=settings.webhook_allow_loopback)
    return senders


def _gateway_form(settings: NotifierSettings) -> GatewayForm:
    return GatewayForm(
        to=settings.sms_to_field,
        text=settings.sms_text_field,
        fixed=tuple(parse_qsl(settings.sms_fields.get_secret_value(), keep_blank_values=True)),
        number=settings.sms_number,
        success=settings.sms_success,
        busy=settings.sms_busy if settings.sms_busy and settings.sms_busy.pattern else None,
    )
