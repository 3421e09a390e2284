"""Handlers of the facts after a referral: the mail to the authority, and what the citizen hears of it."""

from __future__ import annotations

from typing import Any

from services.notifier.codes import Audience, Channel, NoticeKind
from services.notifier.rules.context import Context
from services.notifier.rules.notices import announce
from services.notifier.rules.recipients import PlannedNotice, to_citizen
from services.notifier.state import ContactState, NotifierState
from shared.events.cases_referral import AuthorityAnswered, AuthorityTold
from shared.labels import CHANNELS
from shared.pipeline import Change
from shared.words import instant_words


def handle_authority_told(context: Context, fact: AuthorityTold) -> Change[NotifierState]:
    """Write to the office, and tell the citizen that it knows. A letter on paper has been sent already."""
    planned: list[PlannedNotice] = []
    contacts = _contacts(context, fact)
    if fact.mail is not None:
        values: dict[str, Any] = {
            "mail": fact.mail,
            "to": fact.to,
            "complaint": fact.text,
            "where": fact.place,
            "filed": instant_words(fact.filed_at) if fact.filed_at else None,
            "name": fact.name,
            "contacts": contacts or None,
            "variant": None if fact.what == "told" else fact.what,
        }
        planned.append(PlannedNotice(Audience.AUTHORITY, NoticeKind.AUTHORITY_TOLD, values))
    if fact.what == "told":
        named = True if fact.name or contacts else None
        planned.append(to_citizen(NoticeKind.AUTHORITY_TOLD, to=fact.to, named=named))
    return announce(context, context.case, planned)


def handle_authority_answered(context: Context, fact: AuthorityAnswered) -> Change[NotifierState]:
    """Tell the citizen what the authority answered."""
    planned = to_citizen(NoticeKind.AUTHORITY_ANSWERED, to=fact.to, answer=fact.text, until=fact.on.isoformat())
    return announce(context, context.case, (planned,))


def _contacts(context: Context, fact: AuthorityTold) -> list[str]:
    """Return the addresses of the contacts that the fact names: those of a citizen who has consented."""
    found = (context.states.get(key) for key in fact.contacts)
    return [
        f"{CHANNELS.get(one.channel or '', 'kontak')}: {one.address}"
        for one in found
        if isinstance(one, ContactState) and one.address and not one.erased and one.channel != Channel.WEBHOOK
    ]
