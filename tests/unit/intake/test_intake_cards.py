"""Contact cards of WhatsApp, which become words: a neighbour's number is part of the story."""

from typing import Any

import pytest

from services.intake.whatsapp.items import message

SENT = {"id": "wamid.CARD", "from": "6280000000123", "timestamp": "1796000000", "type": "contacts"}


@pytest.mark.parametrize(
    ("cards", "text"),
    [
        (
            [
                {"name": {"formatted_name": "Pak RT 5"}, "phones": [{"phone": "+62 800-0000-1111"}, {"phone": None}]},
                {"name": "rusak", "phones": "rusak"},
                "rusak",
                {"name": {"formatted_name": "Bu Lurah"}},
            ],
            "Kontak: Pak RT 5, +62 800-0000-1111\nKontak: Bu Lurah",
        ),
        ({"rusak": 1}, None),
        ([], None),
    ],
)
def test_contact_cards_become_words(cards: Any, text: str | None) -> None:
    told = message(SENT | {"contacts": cards}, {}, None)
    assert (told.kind, told.text, told.known) == ("contacts", text, True)
