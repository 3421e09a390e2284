"""The rule for a reporter who has lost the secret link. Anybody who knows the ticket may ask for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.intake.rules.commands import ContactPerson, SendLinkAgain
from services.intake.rules.contacts import request_reply
from services.intake.rules.context import Context, StateChange
from services.intake.state import Complaint, Contact
from shared.pipeline import Change, Out
from shared.tally import Allowance, Tally

# A stranger with the ticket can make us write to the reporter so often, and not more.
LINKS: Final = Allowance(acts_a_day=3, bytes_a_day=0, acts=30, bytes=0)
TEMPLATE: Final = "link_again"


def send_link_again(context: Context, _command: SendLinkAgain) -> StateChange:
    """Ask the notifier to send the link to the complaint's contacts, if there are any and it was not asked too often.

    Every channel to a person counts: who filed by SMS has a number on file too.

    The answer is the same in every case, so that a stranger learns nothing about the reporter.
    """
    complaint = context.complaint
    answer = {"ticket": complaint.ticket}
    tally = (complaint.links or Tally()).with_act(context.item.at, 0)
    if complaint.erased or LINKS.passed(tally) is not None:
        return Change(answer=answer)
    after = complaint.with_(links=tally)
    return Change(states={context.item.key: after}, events=tuple(_letters(context, complaint)), answer=answer)


def _letters(context: Context, complaint: Complaint) -> Iterator[Out]:
    for key in complaint.contacts:
        contact = context.states.get(key)
        if isinstance(contact, Contact) and not contact.erased and contact.channel != "webhook":
            person = ContactPerson(key, contact.channel, contact.address)
            yield request_reply(person, TEMPLATE, complaint=context.item.key)
