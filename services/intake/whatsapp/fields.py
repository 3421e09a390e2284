"""The fields of a webhook beside ``messages``. Some report on our account and templates; the rest is only counted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from services.intake.chat.values import mapping, words
from services.intake.metrics import OTHER_FIELD, WEBHOOK_FIELDS

from .model import AccountReport

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
    return field if isinstance(field, str) and field in WEBHOOK_FIELDS else OTHER_FIELD


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
