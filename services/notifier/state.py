"""What the notifier remembers: of a complaint what its messages say, of a contact where and whether it may be told."""

from collections.abc import Mapping
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from shared.events.fact import Clock
from shared.frozen import Frozen


class Running(Frozen):
    """A clock that runs or is paused; ``run`` as sla counts it."""

    run: int
    started_at: AwareDatetime
    due_at: AwareDatetime
    paused: bool = False


class Told(Frozen):
    """Who heard of a breach, should it have to be retracted."""

    was_due_at: AwareDatetime
    audiences: tuple[str, ...]


class CaseState(Frozen):
    """One complaint. ``imported_at``: it came with an import that began then; ``history``: what came with it is only summed up.

    ``told`` is by ``clock:run``; ``messages`` has each message's last status, which never goes backwards."""

    kind: Literal["case"] = "case"
    due: AwareDatetime | None = None
    ticket: str | None = None
    opd: str | None = None
    urgent: bool = False
    topic: str | None = None
    place: str | None = None
    quiet: bool = False
    imported_at: AwareDatetime | None = None
    history: bool = False
    contacts: tuple[UUID, ...] = ()
    clocks: Mapping[Clock, Running] = {}
    told: Mapping[str, Told] = {}
    messages: Mapping[UUID, str] = {}
    erased: bool = False


class Link(Frozen):
    """How a contact is tied to a complaint; ``link`` is the path of its own secret page."""

    ticket: str
    role: Literal["reporter", "follower", "helper"]
    link: str | None = None


class ContactState(Frozen):
    """One person on one channel. ``window_at``: when they last wrote to us on WhatsApp."""

    kind: Literal["contact"] = "contact"
    due: AwareDatetime | None = None
    channel: str | None = None
    address: str | None = None
    links: Mapping[UUID, Link] = {}
    window_at: AwareDatetime | None = None
    opted_out: bool = False
    erased: bool = False


class ChannelState(Frozen):
    """One account of a channel: when the platform last spoke of it ('') or of one of its templates (by name)."""

    kind: Literal["channel"] = "channel"
    due: AwareDatetime | None = None
    heard: Mapping[str, AwareDatetime] = {}


NotifierState = Annotated[CaseState | ContactState | ChannelState, Field(discriminator="kind")]
