"""State of the notifier: one state for each complaint, for each contact and for each account of a channel."""

from collections.abc import Mapping
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from shared.events.fact import Class, Clock
from shared.frozen import Frozen


class RunningClock(Frozen):
    """A clock that runs or is paused. ``run`` is the run as sla counts it."""

    run: int
    started_at: AwareDatetime
    due_at: AwareDatetime
    paused: bool = False


class NotifiedAudiences(Frozen):
    """The audiences that heard of a breach, kept in case the breach is retracted.

    ``helper``: the code of the OPD that only helps, if the clock was its own.
    """

    was_due_at: AwareDatetime
    audiences: tuple[str, ...]
    helper: str | None = None


class CaseState(Frozen):
    """One complaint.

    ``imported_at`` is the start of the import with which the complaint came. ``history`` says that its imported facts
    are only summed up. ``quiet`` says that no fact leads to a notice, for the case had ended before it came to us.
    ``rated`` says that a citizen has rated the last answer. ``class_`` is None in a row of an older release.
    ``anonim``: nobody learns who filed it, so its reporter is not asked to let an authority know.
    ``followers`` are those contacts who only follow another person's complaint: they hear of its state alone.
    ``help_due`` says until when each OPD that was asked to help has to give its part. ``told`` has the keys
    ``clock:run``. ``messages`` has each message's last status, which never goes backwards.
    """

    kind: Literal["case"] = "case"
    due: AwareDatetime | None = None
    ticket: str | None = None
    opd: str | None = None
    urgent: bool = False
    topic: str | None = None
    place: str | None = None
    class_: Class | None = None
    rated: bool = False
    quiet: bool = False
    imported_at: AwareDatetime | None = None
    history: bool = False
    anonim: bool = False
    contacts: tuple[UUID, ...] = ()
    followers: tuple[UUID, ...] = ()
    clocks: Mapping[Clock, RunningClock] = {}
    help_due: Mapping[str, AwareDatetime] = {}
    told: Mapping[str, NotifiedAudiences] = {}
    messages: Mapping[UUID, str] = {}
    erased: bool = False


class Link(Frozen):
    """The tie between a contact and a complaint. ``link`` is the path of the contact's own secret page."""

    ticket: str
    role: Literal["reporter", "follower", "helper"]
    link: str | None = None


class ContactState(Frozen):
    """One person on one channel. ``window_at`` is the time of the person's last WhatsApp message to us."""

    kind: Literal["contact"] = "contact"
    due: AwareDatetime | None = None
    channel: str | None = None
    address: str | None = None
    links: Mapping[UUID, Link] = {}
    window_at: AwareDatetime | None = None
    opted_out: bool = False
    erased: bool = False


class ChannelState(Frozen):
    """One account of a channel.

    ``heard`` holds when the platform last reported on the account (key '') or on a template (key: its name).
    """

    kind: Literal["channel"] = "channel"
    due: AwareDatetime | None = None
    heard: Mapping[str, AwareDatetime] = {}


NotifierState = Annotated[CaseState | ContactState | ChannelState, Field(discriminator="kind")]
