"""The handler of the command that mails a link to the owner of an account. It concerns no case."""

from __future__ import annotations

from services.router.rules.commands_registry import MailAccount
from services.router.rules.context import Context
from services.router.state import Case
from shared.events.catalogue import ACCOUNTS
from shared.events.contacts import ReplyRequested
from shared.pipeline import Change, Out


def request_mail(context: Context, command: MailAccount) -> Change[Case]:
    """Ask the notifier to send the mail. The router keeps no state of it."""
    fact = ReplyRequested(
        template=command.template,
        params={"name": command.name, "address": command.link},
        channel="email",
        address=command.address,
    )
    return Change(events=(Out(ACCOUNTS, context.item.key, fact),))
