"""What one webhook body holds, in our words."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

# Types whose content we understand; any other type is kept whole and answered politely.
KNOWN_TYPES: Final = frozenset(
    {
        "text",
        "image",
        "document",
        "audio",
        "video",
        "sticker",
        "location",
        "interactive",
        "button",
        "reaction",
        "contacts",
        "order",
        "system",
        "unsupported",
    }
)
MEDIA_TYPES: Final = ("image", "document", "audio", "video", "sticker")


@dataclass(frozen=True, slots=True)
class Media:
    """A file the citizen sent, still at WhatsApp: fetched later by its id and checked against type and sha256."""

    id: str
    kind: str
    mime_type: str | None = None
    sha256: str | None = None
    filename: str | None = None
    voice: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A location as the phone shared it."""

    latitude: float
    longitude: float
    name: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a citizen; `id` (wamid…) is its identity for good, `contact` keys its sender."""

    id: str
    kind: str
    contact: str
    at: datetime
    user_id: str | None = None
    wa_id: str | None = None
    name: str | None = None
    text: str | None = None
    quotes: str | None = None
    choice: str | None = None
    media: tuple[Media, ...] = ()
    place: Place | None = None
    phone_number_id: str | None = None
    raw: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def known(self) -> bool:
        """Whether its type is one whose content we read."""
        return self.kind in KNOWN_TYPES


@dataclass(frozen=True, slots=True)
class StatusError:
    """Why a message of ours failed; decide on `code`, never on the title."""

    code: int
    title: str = ""
    details: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """What became of a message of ours: unique on (id, status)."""

    id: str
    status: str
    at: datetime
    recipient: str | None = None
    callback_data: str | None = None
    errors: tuple[StatusError, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """An item that cannot be read: parked with its reason, answered 200 all the same."""

    reason: str
    raw: Any = field(repr=False, compare=False, default=None)


@dataclass(frozen=True, slots=True)
class Report:
    """The platform says whether an account, or one of its templates, may be used; ``reason`` and ``at`` are its own."""

    account: str
    usable: bool
    reason: str
    at: datetime | None
    template: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One change by the name of its field, from a closed set, and whether anything of it is acted upon."""

    field: str
    heard: bool


@dataclass(frozen=True, slots=True)
class Webhook:
    """Everything of every list of one body, in its order."""

    messages: tuple[Message, ...] = ()
    statuses: tuple[Status, ...] = ()
    errors: tuple[StatusError, ...] = ()
    problems: tuple[Problem, ...] = ()
    reports: tuple[Report, ...] = ()
    changes: tuple[Change, ...] = ()
