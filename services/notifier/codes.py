"""Closed sets of codes: audiences, channels, kinds of notices, and verdicts on tries.

`labels.py` and `texts.toml` hold their Indonesian words.
"""

from enum import StrEnum


class Audience(StrEnum):
    """A group of recipients. Its addresses are looked up when a notice is turned into messages."""

    CITIZEN = "citizen"  # the reporter and whoever follows or helped
    OFFICER = "officer"  # pejabat penghubung of the OPD that has the case
    HEAD = "head"  # head of that OPD
    INSPEKTORAT = "inspektorat"
    SEKDA = "sekda"
    GOVERNOR = "governor"  # the governor's list
    ADMIN = "admin"  # admin koordinator: cases that no OPD has yet
    AUTHORITY = "authority"  # the office outside the province to which a case is referred; the fact names its address

    @property
    def of_an_opd(self) -> bool:
        """Whether the addresses depend on the OPD that has the case."""
        return self in (Audience.OFFICER, Audience.HEAD)


class Channel(StrEnum):
    """A channel on which messages go out."""

    WHATSAPP = "whatsapp"
    EMAIL = "email"
    WEBHOOK = "webhook"
    INSTAGRAM = "instagram"
    SMS = "sms"

    @property
    def is_chat(self) -> bool:
        """Whether people answer a message on this channel with another message."""
        return self in (Channel.WHATSAPP, Channel.INSTAGRAM, Channel.SMS)


CHANNELS = tuple(channel.value for channel in Channel)
# The channels of officers and supervisors.
STAFF_CHANNELS = (Channel.WHATSAPP.value, Channel.EMAIL.value, Channel.WEBHOOK.value)


class NoticeKind(StrEnum):
    """The subject of a notice. `texts.toml` has an entry for each kind in each half (citizen, staff) that uses it."""

    ACKNOWLEDGED = "acknowledged"
    ASSIGNED = "assigned"
    TAKEN_BACK = "taken_back"
    PROGRESSED = "progressed"
    INFO_REQUESTED = "info_requested"
    INFO_RECEIVED = "info_received"
    PUT_OFF = "put_off"
    CONTINUED = "continued"  # the OPD goes on earlier than the date to which it had put the case off
    EXTENDED = "extended"  # the OPD takes the longer time of an information request
    RESOLVED = "resolved"
    CLOSED = "closed"
    REOPENED = "reopened"
    APPEALED = "appealed"
    APPEAL_DECIDED = "appeal_decided"
    REPLIED = "replied"
    REPLY_HANDLED = "reply_handled"
    VOICE_WRITTEN = "voice_written"
    REFERRED = "referred"
    AUTHORITY_TOLD = "authority_told"
    AUTHORITY_ANSWERED = "authority_answered"
    ARCHIVED = "archived"
    MERGED = "merged"
    FOLLOWED = "followed"  # news for somebody who follows another person's complaint, without the words of anybody
    OMBUDSMAN = "ombudsman"
    TAKEN_OVER = "taken_over"  # cases of an imported history: one summary for each recipient
    HELP_ASKED = "help_asked"  # an OPD is asked to help the one that has the case
    HELP_DECLINED = "help_declined"
    HELP_GIVEN = "help_given"  # a helper gave its part
    HELP_ENDED = "help_ended"  # a helper's part is needed no longer
    REPLY = "reply"  # an immediate answer that intake asks for, e.g. to a message of an unknown type
    APPROACHING = "approaching"
    BREACHED = "breached"
    ESCALATED = "escalated"
    RETRACTED = "retracted"


class Verdict(StrEnum):
    """The meaning of a channel's answer for one message: one value for each way in which the message may go on."""

    ACCEPTED = "accepted"
    AGAIN = "again"  # transient on their side
    UNSURE = "unsure"  # no answer after the message was handed over: it may have arrived
    UNHEARD = "unheard"  # an unsure message of which no status came in time
    USE_TEMPLATE = "use_template"  # 131047: the window is closed
    OTHER_CHANNEL = "other_channel"  # this person cannot be reached here
    IN_A_DAY = "in_a_day"  # 131049: too many messages to this person
    OPTED_OUT = "opted_out"  # 131050
    BROKEN = "broken"  # this message can never be sent as it is: a person must look at it
    REFUSED = "refused"  # the address refuses us for a cause that its owner may mend: 401, 404, a redirect
    STOP_ADDRESS = "stop_address"  # 410: this address has gone, and is stopped until an import names it again
    STOP_TEMPLATE = "stop_template"  # this approved template cannot be sent by anyone until a person has acted
    PAUSE_CHANNEL = "pause_channel"  # the whole number is slowed down: the channel rests, then goes on by itself
    STOP_CHANNEL = "stop_channel"  # account, payment, token: nothing goes out this way until a person has acted
