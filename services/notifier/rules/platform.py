"""Stops and resumptions of channels and approved templates that the platform reports."""

from uuid import UUID

from services.notifier.rows import Halt, Resume, Row
from services.notifier.state import ChannelState, NotifierState
from services.notifier.wording import approved_names
from shared.events.contacts import ChannelStateReported
from shared.pipeline import Change

# The language in which templates are sent. The same name in another language is another template.
LANGUAGE = "id"


def channel_state(before: ChannelState, key: UUID, fact: ChannelStateReported) -> Change[NotifierState]:
    """Return the stop or the resumption. A report that is not newer than the last one known changes nothing."""
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
