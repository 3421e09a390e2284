"""Rows that a fold saves beside the state."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from services.notifier.codes import Audience, Channel, NoticeKind

MessageState = Literal[
    "due", "sending", "unsure", "carried", "sent", "delivered", "read", "given_up", "suppressed", "acknowledged"
]


@dataclass(frozen=True, slots=True)
class NewNotice:
    """A notice: somebody must be told about a fact. It waits as a row until an address for it is known.

    ``due`` is domain time. ``event`` is the fact that caused the notice, and ``traceparent`` is that fact's trace.
    Citizens are named by ``contact``, an OPD's people by ``opd``.
    """

    event: UUID
    complaint: UUID | None
    audience: Audience
    kind: NoticeKind
    occurred_at: datetime
    due: datetime
    contact: UUID | None = None
    opd: str | None = None
    at_once: bool = False
    values: Mapping[str, Any] = field(default_factory=dict)
    traceparent: str | None = None


@dataclass(frozen=True, slots=True)
class Wake:
    """Look again at the notices and messages that wait for this contact: its address or window has changed."""

    contact: UUID


@dataclass(frozen=True, slots=True)
class ReportedStatus:
    """A status that a channel reported for a message of ours."""

    event: UUID
    provider_id: str
    message: UUID | None
    status: str
    at: datetime
    code: int | None


@dataclass(frozen=True, slots=True)
class EraseMessages:
    """Erase the values, addresses and waiting notices of this complaint or contact."""

    complaint: UUID | None = None
    contact: UUID | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """The new state of one message's row, and the status that is published (None: nothing to publish).

    ``tries`` is the number of tries that the row had at the decision. A row with another number has gone on meanwhile
    and is not changed. ``approved`` names the approved template of the try. ``elsewhere`` asks to tell the same people
    on another channel too. ``untried`` says that nothing was sent: neither the count nor the time limit of tries moves.
    ``traceparent`` is the trace of the letter's first notice.
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
    approved: str | None = None
    stop: "StopSending | None" = None
    elsewhere: bool = False
    untried: bool = False
    traceparent: str | None = None


Scope = Literal["channel", "template", "address"]


@dataclass(frozen=True, slots=True)
class StopSending:
    """Stop sending on a channel, with an approved template, or to an address (of ``channel``).

    ``until`` is wall time. None means until a `ResumeSending` or, for an address, until an import names it.
    """

    scope: Scope
    name: str
    reason: str
    until: datetime | None = None
    channel: str = ""


@dataclass(frozen=True, slots=True)
class ResumeSending:
    """Resume a channel or an approved template. The messages that waited for it go out with a fresh time limit."""

    scope: Literal["channel", "template"]
    name: str


SavedRow = NewNotice | Wake | ReportedStatus | EraseMessages | Result | StopSending | ResumeSending
