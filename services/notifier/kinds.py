"""The notifier's vocabulary: the group that is told (audience), the news (kind), and the way (channel)."""

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

    @property
    def of_an_opd(self) -> bool:
        """Whether the addresses depend on the OPD that has the case."""
        return self in (Audience.OFFICER, Audience.HEAD)


class Channel(StrEnum):
    WHATSAPP = "whatsapp"
    EMAIL = "email"
    WEBHOOK = "webhook"


CHANNELS = tuple(channel.value for channel in Channel)


class Kind(StrEnum):
    """The subject of a notice. `wording.toml` has an entry for each kind in each half (citizen, staff) that uses it."""

    ACKNOWLEDGED = "acknowledged"
    ASSIGNED = "assigned"
    TAKEN_BACK = "taken_back"
    PROGRESSED = "progressed"
    INFO_REQUESTED = "info_requested"
    INFO_RECEIVED = "info_received"
    PUT_OFF = "put_off"
    CONTINUED = "continued"  # the OPD goes on earlier than the date to which it had put the case off
    RESOLVED = "resolved"
    CLOSED = "closed"
    REOPENED = "reopened"
    REPLIED = "replied"
    REPLY_HANDLED = "reply_handled"
    REFERRED = "referred"
    ARCHIVED = "archived"
    MERGED = "merged"
    OMBUDSMAN = "ombudsman"
    TAKEN_OVER = "taken_over"  # cases of an imported history: one summary for each recipient
    REPLY = "reply"  # an immediate answer that intake asks for, e.g. to a message of an unknown type
    APPROACHING = "approaching"
    BREACHED = "breached"
    ESCALATED = "escalated"
    RETRACTED = "retracted"
