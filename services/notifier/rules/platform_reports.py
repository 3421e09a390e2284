"""Stops and resumptions of channels and approved templates that the platform reports."""

from services.notifier.rules.context import Context
from services.notifier.rules.rows import ResumeSending, SavedRow, StopSending
from services.notifier.state import NotifierState
from services.notifier.texts import approved_names
from shared.events.contacts import ChannelStateReported
from shared.pipeline import Change

# The language in which templates are sent. The same name in another language is another template.
LANGUAGE = "id"


def handle_channel_state_reported(context: Context, fact: ChannelStateReported) -> Change[NotifierState]:
    """Return the stop or the resumption. A report that is not newer than the last one known changes nothing."""
    if fact.template is not None and not _is_ours(fact):
        return Change()
    before, name = context.channel, fact.template or ""
    if name in before.heard and fact.at <= before.heard[name]:
        return Change()
    row: SavedRow
    if fact.template is None:
        row = (
            ResumeSending("channel", fact.channel) if fact.usable else StopSending("channel", fact.channel, fact.reason)
        )
    else:
        row = (
            ResumeSending("template", name)
            if fact.usable
            else StopSending("template", name, fact.reason, channel=fact.channel)
        )
    after = before.with_(heard={**before.heard, name: fact.at})
    return Change(states={context.item.key: after}, rows=(row,))


def _is_ours(fact: ChannelStateReported) -> bool:
    return fact.template in approved_names() and fact.language in (None, LANGUAGE)
