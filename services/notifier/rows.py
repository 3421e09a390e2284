"""The rows and commands of the notifier: what a fold asks to be kept beside the state, and what the sender reports."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from services.notifier.kinds import Audience, Channel, Kind

MessageState = Literal[
    "due", "sending", "unsure", "carried", "sent", "delivered", "read", "given_up", "suppressed", "acknowledged"
]


@dataclass(frozen=True, slots=True)
class NewNotice:
    """Something somebody must be told. Waits as a row until an address for it is known.

    ``due`` is domain time; ``event`` the fact it follows from. ``contact`` for citizens, ``opd`` for an OPD's people.
    """

    event: UUID
    complaint: UUID | None
    audience: Audience
    kind: Kind
    occurred_at: datetime
    due: datetime
    contact: UUID | None = None
    opd: str | None = None
    at_once: bool = False
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wake:
    """The address of a contact became known: what waits for it is looked at again."""

    contact: UUID


@dataclass(frozen=True, slots=True)
class StatusSeen:
    """A channel said what became of a message of ours."""

    event: UUID
    provider_id: str
    message: UUID | None
    status: str
    at: datetime
    code: int | None


@dataclass(frozen=True, slots=True)
class Forget:
    """Erasure: no value, address or waiting notice of this complaint or contact stays."""

    complaint: UUID | None = None
    contact: UUID | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one message: the row it becomes, and the status that is told (None: nothing to tell).

    ``tries`` is the number of tries the row had when this was decided; a row that went on meanwhile is left alone.
    """

    message: UUID
    tries: int
    state: MessageState
    channel: Channel | str
    template: str
    recipient: str
    status: str | None = None
    reason: str = ""
    code: int | None = None
    provider_id: str | None = None
    attempt_at: datetime | None = None
    as_template: bool = False
    stop_channel: bool = False


@dataclass(frozen=True, slots=True)
class Settle:
    """The command by which the sender reports: one per complaint (or per contact, for replies without one)."""

    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class Redo:
    """A person decided on a given-up message: ``retry``, or ``acknowledge``; ``why`` is theirs."""

    message: UUID
    decision: Literal["retry", "acknowledge"]
    why: str = ""


Scope = Literal["channel", "template", "address"]


@dataclass(frozen=True, slots=True)
class Halt:
    """From now on a channel, an approved template or an address (of ``channel``) stands still.

    ``until`` is wall time; None means until a `Resume` (or, for an address, until an import names it).
    """

    scope: Scope
    name: str
    reason: str
    until: datetime | None = None
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Resume:
    """A channel or an approved template goes on; what waited for it goes out, with a fresh limit on time."""

    scope: Literal["channel", "template"]
    name: str


Row = NewNotice | Wake | StatusSeen | Forget | Result | Redo | Halt | Resume
