"""The dispatch of the chat channels' webhooks, each signed by its platform or gateway."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from services.intake import whatsapp
from services.intake.actions.hearing import as_body, hear_all, park
from services.intake.actions.reports import account_commands, status_commands
from services.intake.actions.running import RunningIntake
from services.intake.chat import instagram, sms
from services.intake.chat.message import ChatBody
from services.intake.chat.values import Unreadable
from services.intake.metrics import intake_counters


async def process_webhook(intake: RunningIntake, raw: bytes) -> None:
    """Commit everything in a signed body of WhatsApp. Messages of groups and of other numbers are only counted.

    Raises Refused when we fail ourselves.
    """
    try:
        webhook = whatsapp.parse(raw)
    except whatsapp.UnreadableWebhook as error:
        await park(intake, "whatsapp", [(raw, str(error))])
        return
    counted = intake_counters(intake.running.meters.registry)
    for change in webhook.changes:
        counted.change(change.field, heard=change.heard)
    heard, dropped = _ours(intake, webhook)
    for _ in dropped:
        counted.change("messages", heard=False)
    numbers = intake.settings.our_numbers
    statuses = [one for one in webhook.statuses if not numbers or one.phone_number_id in numbers]
    reports = [*status_commands(intake, statuses), *account_commands(intake, webhook.reports)]
    body = ChatBody(tuple(whatsapp.as_chat(one) for one in heard), tuple(dropped), webhook.problems)
    await hear_all(intake, "whatsapp", body, reports)


async def process_instagram(intake: RunningIntake, raw: bytes) -> None:
    """Commit everything in a signed body of Instagram. Raises Refused when we fail ourselves."""
    try:
        body = instagram.parse(raw, intake.settings.instagram_account)
    except instagram.UnreadableWebhook as error:
        await park(intake, "instagram", [(raw, str(error))])
        return
    await hear_all(intake, "instagram", body)


async def process_sms(intake: RunningIntake, form: Mapping[str, str]) -> bool:
    """Commit one SMS. Return whether its sender can be answered; a landline or a short code is only counted.

    Raises Refused when we fail ourselves.
    """
    settings = intake.settings
    fields = sms.SmsFields(
        settings.sms_from_field, settings.sms_text_field, settings.sms_id_field, settings.sms_time_field
    )
    try:
        message = sms.read_sms(form, fields, datetime.now(UTC))
    except sms.NotAMobileNumber as refusal:
        await hear_all(intake, "sms", ChatBody(dropped=(refusal.label,)))
        return False
    except Unreadable as error:
        known = {name: form[name] for name in (fields.sender, fields.text, fields.id, fields.time) if name in form}
        await park(intake, "sms", [(as_body(known), str(error))])
        return True
    await hear_all(intake, "sms", ChatBody((message,)))
    return True


def _ours(intake: RunningIntake, webhook: whatsapp.WebhookBody) -> tuple[list[whatsapp.InboundMessage], list[str]]:
    """Return the messages that one person wrote to one of our numbers, and the labels of the others."""
    numbers = intake.settings.our_numbers
    heard: list[whatsapp.InboundMessage] = []
    dropped: list[str] = []
    for message in webhook.messages:
        if numbers and message.phone_number_id not in numbers:
            dropped.append("other_number")
        elif message.in_group:
            dropped.append("group")
        else:
            heard.append(message)
    return heard, dropped
