"""A refusal speaks English to programs and Indonesian to people, in one document and on pages."""

from __future__ import annotations

import json
from typing import Any

import shared.errors
from shared.errors import Refused, TooMany, Unavailable, Unsure
from shared.web.problems import of_refusal
from shared.web.sessions import FormExpired


class Ended(Refused):
    """The case has ended."""

    message = "Aduan ini sudah berakhir."


def document(refusal: Refused) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(bytes(of_refusal(refusal).body))
    return found


def test_a_document_has_the_english_title_and_the_indonesian_message() -> None:
    told = document(Ended())
    assert told == {
        "type": "about:blank",
        "title": "The case has ended.",
        "status": 409,
        "code": "refused",
        "message": "Aduan ini sudah berakhir.",
    }


def test_one_refusal_may_have_a_message_and_a_detail_of_its_own() -> None:
    refusal = Ended("ended on 2026-03-16", message="Aduan ini berakhir pada 16 Maret 2026.", field="case")
    told = document(refusal)
    assert (told["detail"], told["message"]) == ("ended on 2026-03-16", "Aduan ini berakhir pada 16 Maret 2026.")
    assert told["errors"] == [{"field": "case", "reason": "ended on 2026-03-16"}]
    assert refusal.words == told["message"]
    assert Ended().words == "Aduan ini sudah berakhir."


def test_a_refusal_without_a_message_shows_its_detail_and_adds_nothing_to_the_document() -> None:
    assert "message" not in document(Refused("it has moved"))
    assert Refused("it has moved").words == "it has moved"
    assert Refused().words == "The request does not fit the present state."


def test_the_refusals_that_any_door_may_give_have_a_message() -> None:
    for kind in (TooMany, Unavailable, Unsure, FormExpired, shared.errors.OurFailure, shared.errors.TooLarge):
        assert kind.message
    assert TooMany(retry_after=7).words == TooMany.message
    assert "mungkin sudah diterima" in Unsure().words
