"""The platform's word on whether a channel or an approved template may be used: it stops, and it goes on."""

from uuid import UUID

from services.notifier.rows import Halt, Resume, Row
from services.notifier.state import ChannelState, NotifierState
from services.notifier.wording import approved_names
from shared.events.contacts import ChannelStateReported
from shared.pipeline.change import Change

LANGUAGE = "id"
"""The language in which templates are sent; the same name in another one is another template."""


def channel_state(before: ChannelState, key: UUID, fact: ChannelStateReported) -> Change[NotifierState]:
    """Return the stop or the resumption; what the platform said earlier than what is known already changes nothing."""
    if fact.template is not None and not _ours(fact):
        return Change()
    name = fact.template or ""
    if name in before.heard and fact.at <= before.heard[name]:
        return Change()
    row: Row
    if fact.template is None:
        row = Resume("channel", fact.channel) if fact.usable else Halt("channel", fact.channel, fact.reason)
    else:
        row = Resume("template", name) if fact.usable else Halt("template", name, fact.reason, channel=fact.channel)
    return Change(states={key: before.with_(heard={**before.heard, name: fact.at})}, rows=(row,))


def _ours(fact: ChannelStateReported) -> bool:
    return fact.template in approved_names() and fact.language in (None, LANGUAGE)
