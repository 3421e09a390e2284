"""The fields of a webhook beside ``messages``. Some report on our account and templates; the rest is only counted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from .items import mapping, words
from .model import AccountReport

# Every field of an account to which the platform lets an application subscribe. A new field counts as OTHER.
OTHER: Final = "other"
FIELDS: Final = frozenset(
    {
        "account_alerts",
        "account_offboarded",
        "account_reconnected",
        "account_review_update",
        "account_settings_update",
        "account_update",
        "automatic_events",
        "business_capability_update",
        "business_status_update",
        "business_username_update",
        "calls",
        "flows",
        "group_lifecycle_update",
        "group_participants_update",
        "group_settings_update",
        "group_status_update",
        "history",
        "message_echoes",
        "message_template_components_update",
        "message_template_quality_update",
        "message_template_status_update",
        "messages",
        "messaging_handovers",
        "partner_solutions",
        "payment_configuration_update",
        "phone_number_name_update",
        "phone_number_quality_update",
        "security",
        "smb_app_state_sync",
        "smb_message_echoes",
        "standby",
        "template_category_update",
        "template_correct_category_detection",
        "tracking_events",
        "user_id_update",
        "user_preferences",
        OTHER,
    }
)

# Whether a template may be sent after this event. Other events (FLAGGED, IN_APPEAL, LOCKED, PENDING, LIMIT_EXCEEDED)
# change nothing: we use a template under review or at risk until the platform refuses it.
_TEMPLATE: Final[Mapping[str, bool]] = {
    "APPROVED": True,
    "REINSTATED": True,
    "UNARCHIVED": True,
    "UNPAUSED": True,
    "ARCHIVED": False,
    "DELETED": False,
    "DISABLED": False,
    "PAUSED": False,
    "PENDING_DELETION": False,
    "REJECTED": False,
}
# Whether the account may be used after this event. SCHEDULE_FOR_DISABLE is only a warning. A restriction on some kinds
# of messages shows in the answer to each send.
_BAN: Final[Mapping[str, bool]] = {"DISABLE": False, "REINSTATE": True}
_REVIEW: Final[Mapping[str, bool]] = {"APPROVED": True, "REJECTED": False}


def known(field: Any) -> str:
    """Return the field's name if the platform has such a field, else ``other``."""
    return field if isinstance(field, str) and field in FIELDS else OTHER


def report(field: str, value: Any, account: str, at: datetime | None) -> AccountReport | None:
    """Return a change's report on the account or a template, or None if there is nothing to act upon."""
    fields = mapping(value)
    match field:
        case "message_template_status_update":
            return _of_template(fields, account, at)
        case "account_update":
            return _of_account(fields, account, at)
        case "account_review_update":
            decision = _word(fields.get("decision"))
            return AccountReport(account, _REVIEW[decision], f"REVIEW_{decision}", at) if decision in _REVIEW else None
        case _:
            return None


def _of_template(fields: dict[str, Any], account: str, at: datetime | None) -> AccountReport | None:
    event, name = _word(fields.get("event")), words(fields.get("message_template_name"))
    if event not in _TEMPLATE or not name:
        return None
    return AccountReport(
        account, _TEMPLATE[event], event, at, template=name, language=words(fields.get("message_template_language"))
    )


def _of_account(fields: dict[str, Any], account: str, at: datetime | None) -> AccountReport | None:
    event = _word(fields.get("event"))
    if event == "ACCOUNT_DELETED":
        return AccountReport(account, False, event, at)
    state = mapping(fields.get("ban_info")).get("waba_ban_state")
    # Older versions of the platform send a list.
    ban = _word(state[-1] if isinstance(state, list) and state else state)
    if event == "DISABLED_UPDATE" and ban in _BAN:
        return AccountReport(account, _BAN[ban], f"{event}_{ban}", at)
    return None


def _word(value: Any) -> str:
    return (words(value) or "").upper()
