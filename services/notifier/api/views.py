"""Answers made of rows, without whole addresses."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.notifier.api.models import Message, Page
from services.notifier.channels.webhook_addresses import origin_of
from services.notifier.codes import Channel
from shared.masking import masked_address


def message_view(row: Mapping[str, Any]) -> Message:
    """Return one message, with its address masked."""
    values = {name: row[name] for name in Message.model_fields if name != "address"}
    return Message(address=masked_address(row["address"] or ""), **values)


def page_view(rows: Sequence[Mapping[str, Any]], limit: int) -> Page:
    """Return a page of at most ``limit`` messages, with the position of the following page if there may be one."""
    following = f"{rows[-1]['changed_at'].isoformat()}~{rows[-1]['id']}" if len(rows) == limit else None
    return Page(messages=[message_view(row) for row in rows], next=following)


def stopped_address_view(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a stopped address: of a webhook scheme, host and port, of other channels the masked address."""
    webhook = row["channel"] == Channel.WEBHOOK
    return {**row, "address": origin_of(row["address"]) if webhook else masked_address(row["address"])}
