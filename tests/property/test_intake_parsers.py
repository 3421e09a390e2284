"""Parsers of what strangers send never fail in a way nobody foresaw."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake import laporan, whatsapp
from services.intake.tickets import parse_ticket
from shared.clean import clean_text
from shared.masking import masked
from shared.text import tidy

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "from",
                    "type",
                    "text",
                    "body",
                    "timestamp",
                    "image",
                    "context",
                    "errors",
                    "code",
                    "status",
                    "contacts",
                    "wa_id",
                    "messages",
                    "statuses",
                    "profile",
                    "location",
                ]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=25,
)


@given(value=JSON)
def test_any_webhook_value_is_taken_apart(value: Any) -> None:
    document = {
        "object": "whatsapp_business_account",
        "entry": [{"changes": [{"field": "messages", "value": value}, value]}, value],
    }
    told = whatsapp.parse(json.dumps(document).encode())
    assert all(message.id and message.contact for message in told.messages)


@given(raw=st.binary())
def test_any_bytes_are_a_webhook_or_refused_as_none(raw: bytes) -> None:
    try:
        told = whatsapp.parse(raw)
    except whatsapp.UnreadableWebhook:
        told = None
    assert told is None or isinstance(json.loads(raw), dict)


@given(raw=st.binary())
def test_random_bytes_are_refused_as_no_laporan(raw: bytes) -> None:
    with pytest.raises(laporan.NotALaporan):
        laporan.read(raw)


@given(written=st.text())
def test_any_text_is_a_ticket_or_none(written: str) -> None:
    ticket = parse_ticket(written)
    assert ticket is None or parse_ticket(ticket) == ticket


@given(text=st.text(alphabet=st.characters()))
def test_a_tidy_text_can_be_written_as_utf8(text: str) -> None:
    assert "\x00" not in tidy(text).encode().decode()


@given(text=st.text(alphabet="0123456789 +-()62ab"))
def test_masking_leaves_no_sixteen_digits_in_a_row(text: str) -> None:
    assert all(len(run) != 16 for run in "".join(c if c.isdigit() else " " for c in masked(text)).split())


@given(text=st.text(alphabet="ab \t\n\r\x00\u00a0"))
def test_tidying_twice_is_tidying_once(text: str) -> None:
    told = text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    lines = [" ".join(line.split()) for line in told.split("\n")]
    assert tidy(text) == tidy(tidy(text)) == "\n".join(lines).strip()


@given(
    text=st.text(
        st.characters(exclude_categories=()) | st.sampled_from("  \n\n\t\r\x00\xa0\u2003\u200b\x1c\x85"), max_size=12
    )
)
def test_a_text_passes_untouched_only_if_tidying_line_by_line_changes_nothing(text: str) -> None:
    lines = clean_text(text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert tidy(text) == "\n".join(re.sub(r"[^\S\n]+", " ", line).strip() for line in lines).strip()
