"""The content of one webhook body, as plain values."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from services.intake.chat.message import UnreadableItem

# The message types whose content we understand. A message of another type is kept whole and answered politely.
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
        "edit",
        "revoke",
        "unsupported",
    }
)
MEDIA_TYPES: Final = ("image", "document", "audio", "video", "sticker")


@dataclass(frozen=True, slots=True)
class Media:
    """A file that the citizen sent. The file stays at WhatsApp, under this id, with this type and sha256."""

    id: str
    kind: str
    mime_type: str | None = None
    sha256: str | None = None
    filename: str | None = None
    voice: bool = False


@dataclass(frozen=True, slots=True)
class SharedLocation:
    """A location that the citizen's phone shared."""

    latitude: float
    longitude: float
    name: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """One message of a citizen. ``id`` (wamid…) is its permanent identity, and ``contact`` identifies its sender.

    ``new_wa_id`` is the sender's number from now on, and ``new_user_id`` the user id. ``in_group`` says that the
    message stands in a group, and ``form`` that its text is a filled-in form.
    """

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
    place: SharedLocation | None = None
    phone_number_id: str | None = None
    new_wa_id: str | None = None
    new_user_id: str | None = None
    in_group: bool = False
    form: bool = False
    raw: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def known(self) -> bool:
        """Return whether we read the content of this type of message."""
        return self.kind in KNOWN_TYPES


@dataclass(frozen=True, slots=True)
class DeliveryError:
    """The reason why a message of ours failed. Decide on ``code``, never on the title."""

    code: int
    title: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryStatus:
    """The delivery status of a message of ours, unique by (id, status)."""

    id: str
    status: str
    at: datetime
    recipient: str | None = None
    callback_data: str | None = None
    phone_number_id: str | None = None
    errors: tuple[DeliveryError, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountReport:
    """The platform's statement whether an account, or one of its templates, may be used.

    ``reason`` and ``at`` are the platform's own words and time.
    """

    account: str
    usable: bool
    reason: str
    at: datetime | None
    template: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One change: the name of its field, from a closed set, and whether we act upon the change."""

    field: str
    heard: bool


@dataclass(frozen=True, slots=True)
class WebhookBody:
    """All items of one webhook body, in their order."""

    messages: tuple[InboundMessage, ...] = ()
    statuses: tuple[DeliveryStatus, ...] = ()
    errors: tuple[DeliveryError, ...] = ()
    problems: tuple[UnreadableItem, ...] = ()
    reports: tuple[AccountReport, ...] = ()
    changes: tuple[FieldChange, ...] = ()
