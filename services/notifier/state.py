"""What the notifier remembers: of a complaint what its messages say, of a contact where and whether it may be told."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shared.events.fact import Clock


class Running(BaseModel):
    """A clock that runs or is paused; ``run`` as sla counts it."""

    model_config = ConfigDict(frozen=True)
    run: int
    started_at: AwareDatetime
    due_at: AwareDatetime
    paused: bool = False


class Told(BaseModel):
    """Who heard of a breach, should it have to be retracted."""

    model_config = ConfigDict(frozen=True)
    was_due_at: AwareDatetime
    audiences: tuple[str, ...]


class CaseState(BaseModel):
    """One complaint. ``told`` is by ``clock:run``; ``messages`` has each message's last status, which never goes backwards."""

    model_config = ConfigDict(frozen=True)
    kind: Literal["case"] = "case"
    due: AwareDatetime | None = None
    ticket: str | None = None
    opd: str | None = None
    urgent: bool = False
    topic: str | None = None
    place: str | None = None
    quiet: bool = False
    contacts: tuple[UUID, ...] = ()
    clocks: Mapping[Clock, Running] = {}
    told: Mapping[str, Told] = {}
    messages: Mapping[UUID, str] = {}
    erased: bool = False

    def with_(self, **changes: object) -> Self:
        return self.model_copy(update=changes)


class Link(BaseModel):
    """How a contact is tied to a complaint; ``link`` is the path of its own secret page."""

    model_config = ConfigDict(frozen=True)
    ticket: str
    role: Literal["reporter", "follower", "helper"]
    link: str | None = None


class ContactState(BaseModel):
    """One person on one channel. ``window_at``: when they last wrote to us on WhatsApp."""

    model_config = ConfigDict(frozen=True)
    kind: Literal["contact"] = "contact"
    due: AwareDatetime | None = None
    channel: str | None = None
    address: str | None = None
    links: Mapping[UUID, Link] = {}
    window_at: AwareDatetime | None = None
    opted_out: bool = False
    erased: bool = False

    def with_(self, **changes: object) -> Self:
        return self.model_copy(update=changes)


NotifierState = Annotated[CaseState | ContactState, Field(discriminator="kind")]
