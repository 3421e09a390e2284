"""The commands for what WhatsApp reports: delivery statuses, and the state of our account and templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, Literal

from services.intake import whatsapp
from services.intake.actions.running import RunningIntake
from services.intake.rules.commands import ReportChannel, ReportStatus
from shared.events.contacts import channel_key
from shared.ids import parse_id
from shared.phone import number_of_sender
from shared.pipeline import Claim, Command

_STATUSES: Final[Mapping[str, Literal["sent", "delivered", "read", "failed"]]] = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "played": "read",
    "failed": "failed",
}


def account_commands(intake: RunningIntake, reports: Sequence[whatsapp.AccountReport]) -> list[Command]:
    """Return commands for the reports on our account and its templates. One key per account keeps their order."""
    commands = []
    clock, ours = intake.running.clock, intake.settings.whatsapp_account
    for report in reports:
        if ours and report.account != ours:
            continue
        at = min(clock.at(report.at), clock.now()) if report.at else clock.now()
        data = ReportChannel(report.usable, report.reason, at, template=report.template, language=report.language)
        words = (report.account, report.template, report.language, report.reason, report.at)
        claim = Claim("whatsapp-channel", ":".join(str(word) for word in words)) if report.at else None
        commands.append(Command(data, (channel_key("whatsapp", report.account),), "system", claim))
    return commands


def status_commands(intake: RunningIntake, statuses: Sequence[whatsapp.DeliveryStatus]) -> list[Command]:
    """Return commands for the delivery statuses of our messages. A status that we do not know has no command."""
    commands = []
    for status in statuses:
        word = _STATUSES.get(status.status)
        if word is None:
            continue
        report = ReportStatus(
            provider_id=status.id,
            provider_hash=intake.identities.provider_hash(status.id),
            status=word,
            at=min(intake.running.clock.at(status.at), datetime.now(UTC)),
            message_id=parse_id(status.callback_data),
            error_code=status.errors[0].code if status.errors else None,
        )
        recipient = number_of_sender(status.recipient) if status.recipient else status.id
        contact = intake.identities.contact_id("whatsapp", recipient)
        claim = Claim("whatsapp-status", f"{status.id}:{status.status}")
        commands.append(Command(report, (contact,), "system", claim))
    return commands
