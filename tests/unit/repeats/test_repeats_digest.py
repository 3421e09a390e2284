"""The digest that recognises a repeat: the caller's input in one form, whatever a newer model adds to it."""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from pydantic import BaseModel, create_model
from pydantic_core import from_json

from services.intake.api.models import NothingIn, RateIn, SubmissionIn, WithdrawIn
from services.intake.api.repeats import old_act_digests, old_digest
from services.router.rules.commands import PutItOff, Resolve
from shared.canonical import digest_of, digest_of_command

SENT = b'{"text": "Lampu padam", "place": "Loa Janan", "reporter": {"name": "Warga", "whatsapp": "0800 0000 0123"}}'

# Fields of a submission that the first release did not have.
ADDED = {"attachments", "place_code", "application"}


def digest_of_json(document: bytes) -> str:
    """Return the digest of a JSON document as a caller sends it."""
    return digest_of(from_json(document))


def hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    "again",
    [
        b'{"place":"Loa Janan","reporter":{"whatsapp":"0800 0000 0123","name":"Warga"},"text":"Lampu padam"}',
        SENT.replace(b": ", b" :\n\t"),
        SENT.replace(b"Lampu", b"\\u004campu"),
        SENT.replace(b'"Loa Janan"', b'"  Loa   Janan "'),
        SENT.replace(b'"place"', b'"title": null, "place"'),
        SENT.replace(b'"text": "Lampu padam"', b'"text": "lain", "text": "Lampu padam"'),
    ],
)
def test_order_blanks_escapes_and_nulls_change_nothing(again: bytes) -> None:
    assert digest_of_json(again) == digest_of_json(SENT)


@pytest.mark.parametrize(
    "other",
    [
        SENT.replace(b"Lampu", b"lampu"),
        SENT.replace(b'"place"', b'"title"'),
        SENT.replace(b'"Warga"', b'["Warga"]'),
        SENT.replace(b'"place"', b'"anonim": false, "place"'),
        b"[" + SENT + b"]",
        SENT.replace(b"padam", b"pa\\ndam"),
    ],
)
def test_another_content_is_another_digest(other: bytes) -> None:
    assert digest_of_json(other) != digest_of_json(SENT)


def test_composed_and_decomposed_letters_are_the_same_text() -> None:
    assert digest_of({"text": "caf\u00e9", "na\u0303o": 1}) == digest_of({"text": "cafe\u0301", "n\u00e3o": 1})


@pytest.mark.parametrize(("one", "other"), [(1, 1.0), (10**20, float(10**20)), (0, -0.0)])
def test_a_whole_number_has_one_form(one: int, other: float) -> None:
    assert digest_of([one]) == digest_of([other])


@pytest.mark.parametrize("document", [b"[NaN, 1e400, -Infinity]", b"[" * 150 + b"]" * 150, b"[1e-400, 99e99, -0.0]"])
def test_odd_numbers_and_depths_have_a_digest(document: bytes) -> None:
    assert digest_of_json(document) == digest_of_json(document + b" ")


def test_a_stored_digest_stays_what_it_is() -> None:
    value = {
        "text": "Antre  lama \u2028 cafe\u0301",
        "b": [1.0, None, True, 0.5],
        "na\u0303o": None,
        "a": {"z": "\U0001f64f", "A": -3},
    }
    assert digest_of(value) == "5d005be4f6e4ce08e2376ff597c8b4bb6f3993a314142cc6720106117ecd1d1d"


def test_true_is_not_one_and_a_list_keeps_its_order() -> None:
    assert len({digest_of(value) for value in ([True], [1], ["1"], [1, 2], [2, 1], [[1]], [0.1], [None], [])}) == 9


def test_the_old_form_is_what_the_first_release_wrote() -> None:
    item = SubmissionIn.model_validate_json(SENT)
    assert old_digest(item, {"reporter": {"whatsapp": "0800 0000 0123"}}) == hashed(item.model_dump_json(exclude=ADDED))
    told = {"text": "Antre \u2028 lama \U0001f64f", "filed_at": "2026-03-16T10:00:00.5+08:00", "class": "permit"}
    dated = SubmissionIn.model_validate(told)
    assert old_digest(dated, told) == hashed(dated.model_dump_json(exclude=ADDED))
    acts: list[tuple[str, BaseModel]] = [
        ("rate", RateIn(stars=5, comment="baik")),
        ("confirm", NothingIn()),
        ("withdraw", WithdrawIn()),
    ]
    for act, body in acts:
        assert old_act_digests(act, body) == (hashed(f"{act}:{body.model_dump_json(exclude={'scale'})}"),)


def test_the_old_form_is_in_the_order_of_the_first_release() -> None:
    item = SubmissionIn.model_validate_json(SENT)
    stored = (
        '{"text":"Lampu padam","title":null,"place":"Loa Janan","topic":null,"class_":null,"channel":"adapter",'
        '"source":null,"external_id":null,"filed_at":null,"anonim":false,"rahasia":false,'
        '"reporter":{"name":"Warga","whatsapp":"6280000000123","email":null},"callback_url":null}'
    )
    assert old_digest(item, {"reporter": {"whatsapp": "0800 0000 0123"}}) == hashed(stored)


def test_a_field_that_a_newer_model_has_changes_neither_form() -> None:
    newer: Any = create_model("Newer", __base__=SubmissionIn, photo=(str | None, None), language=(str, "id"))
    before, after = SubmissionIn.model_validate_json(SENT), newer.model_validate_json(SENT)
    assert old_digest(before, {}) == old_digest(after, {})


def test_a_number_that_is_now_read_otherwise_keeps_its_old_digest() -> None:
    item = SubmissionIn.model_validate({"text": "x", "reporter": {"whatsapp": "+62 0812 0000 1234"}})
    stored = item.model_dump_json(exclude=ADDED).replace("6281200001234", "62081200001234")
    assert old_digest(item, {"reporter": {"whatsapp": "+62 0812 0000 1234"}}) == hashed(stored)


def test_a_commands_digest_is_of_what_was_given() -> None:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Later(Resolve):
        language: str = "id"

    Later.__name__ = "Resolve"
    before, after = Resolve(opd="dishub", answer="Selesai."), Later(opd="dishub", answer="Selesai.")
    assert digest_of_command(before, "a") == digest_of_command(after, "a") != digest_of_command(before, "b")
    later = [PutItOff(opd="dishub", until=date(2026, 5, day), reason="x") for day in (1, 2)]
    assert digest_of_command(later[0]) != digest_of_command(later[1])
