"""The parser of a webhook body. It reads each item by itself, so that a bad item does not affect its neighbours."""

from collections.abc import Iterator
from typing import Any

from services.intake.chat.message import UnreadableItem
from services.intake.chat.values import Unreadable, instant_or_none, mapping, read_json, sequence, words

from .fields import known, report
from .items import errors_of, message, status
from .model import (
    AccountReport,
    DeliveryError,
    DeliveryStatus,
    FieldChange,
    InboundMessage,
    WebhookBody,
)


class UnreadableWebhook(ValueError):
    """The body is not a WhatsApp webhook. The caller parks the whole body."""


def parse(body: bytes) -> WebhookBody:
    """Return all items of a webhook body. Each unreadable item becomes a problem with its reason.

    Raise UnreadableWebhook if the body as a whole is no webhook.
    """
    try:
        document = read_json(body)
    except (ValueError, RecursionError) as error:
        raise UnreadableWebhook("not JSON") from error
    if not isinstance(document, dict) or document.get("object") != "whatsapp_business_account":
        raise UnreadableWebhook("object is not whatsapp_business_account")
    messages: list[InboundMessage] = []
    statuses: list[DeliveryStatus] = []
    errors: list[DeliveryError] = []
    problems: list[UnreadableItem] = []
    reports: list[AccountReport] = []
    seen: list[FieldChange] = []
    for value in _values(document, problems, reports, seen):
        people = _people(value)
        number = words(mapping(value.get("metadata")).get("phone_number_id"))
        for item in _items(value, "messages", problems):
            try:
                messages.append(message(item, people, number))
            except Unreadable as error:
                problems.append(UnreadableItem(f"message: {error}", item))
        for item in _items(value, "statuses", problems):
            try:
                statuses.append(status(item, number))
            except Unreadable as error:
                problems.append(UnreadableItem(f"status: {error}", item))
        errors += errors_of(value)
    return WebhookBody(tuple(messages), tuple(statuses), tuple(errors), tuple(problems), tuple(reports), tuple(seen))


def _values(
    document: dict[str, Any], problems: list[UnreadableItem], reports: list[AccountReport], seen: list[FieldChange]
) -> Iterator[dict[str, Any]]:
    """Yield the values of the ``messages`` changes.

    Add the field of every change to ``seen``, and reports on the account and its templates to ``reports``.
    """
    for entry in _items(document, "entry", problems):
        account, at = str(mapping(entry).get("id"))[:64], instant_or_none(mapping(entry).get("time"))
        for change in _items(mapping(entry), "changes", problems):
            fields = mapping(change)
            field, value = known(fields.get("field")), fields.get("value")
            account_report = report(field, value, account, at)
            seen.append(FieldChange(field, heard=field == "messages" or account_report is not None))
            if account_report:
                reports.append(account_report)
            elif field == "messages" and isinstance(value, dict):
                yield value
            elif field == "messages":
                problems.append(UnreadableItem("messages: value is not an object", change))


def _items(holder: dict[str, Any], key: str, problems: list[UnreadableItem]) -> list[Any]:
    items = holder.get(key)
    if items is None:
        return []
    if not isinstance(items, list):
        problems.append(UnreadableItem(f"{key} is not a list", items))
        return []
    return items


def _people(value: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the contacts of a value by each of their ids. A lone contact also has the key ''."""
    contacts = [item for item in sequence(value.get("contacts")) if isinstance(item, dict)]
    people = {
        key: contact
        for contact in contacts
        for key in (words(contact.get("wa_id")), words(contact.get("user_id")))
        if key
    }
    if len(contacts) == 1:
        people[""] = contacts[0]
    return people
