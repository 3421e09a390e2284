"""SMS as a gateway posts it: parameter names, senders, times and secrets."""

import hashlib
import hmac
from datetime import UTC, datetime

import pytest

from services.intake.chat.message import ChatMessage
from services.intake.chat.sms import NotAMobileNumber, SmsFields, is_secret, read_sms, signed_by
from services.intake.chat.values import Unreadable
from services.intake.metrics import MESSAGE_KINDS

NOW = datetime(2026, 3, 16, 3, 0, tzinfo=UTC)
FIELDS = SmsFields(sender="from", text="text", id="id", time="timestamp")
FORM = {"from": "+62 812 0000 1234", "text": "Lampu padam", "id": "1001", "timestamp": "1773628200", "secret": "s"}


def read(**more: str) -> ChatMessage:
    return read_sms(FORM | more, FIELDS, NOW)


def test_an_sms_is_read_with_its_sender_as_one_number() -> None:
    told = read()
    assert (told.channel, told.id, told.ids, told.address, told.text) == (
        "sms", "1001", ("6281200001234",), "6281200001234", "Lampu padam",
    )  # fmt: skip
    assert told.at == datetime(2026, 3, 16, 2, 30, tzinfo=UTC)


def test_what_is_parked_of_an_sms_holds_no_secret() -> None:
    assert "s" not in read().raw.values()


def test_the_names_of_the_parameters_are_the_gateway_s() -> None:
    fields = SmsFields(sender="msisdn", text="isi", id="mid", time="")
    told = read_sms({"msisdn": "081200001234", "isi": "Jalan rusak", "mid": "a"}, fields, NOW)
    assert (told.address, told.text, told.at) == ("6281200001234", "Jalan rusak", NOW)


@pytest.mark.parametrize("written", ["081200001234", "6281200001234", "+62 (0)812-0000-1234", "0062812 0000 1234"])
def test_every_spelling_of_a_number_is_one_sender(written: str) -> None:
    assert read(**{"from": written}).address == "6281200001234"


@pytest.mark.parametrize(
    ("written", "label"),
    [
        ("0541 123456", "landline"), ("+62541123456", "landline"), ("2000", "no_number"), ("99999", "no_number"),
        ("TELKOMSEL", "no_number"), ("+", "no_number"), ("1" * 40, "no_number"),
    ],
)  # fmt: skip
def test_nobody_can_be_answered_at_a_landline_a_short_code_or_a_name(written: str, label: str) -> None:
    with pytest.raises(NotAMobileNumber) as refusal:
        read(**{"from": written})
    assert refusal.value.label == label
    assert label in MESSAGE_KINDS


@pytest.mark.parametrize("missing", ["from", "id"])
def test_without_sender_or_id_nothing_can_be_read(missing: str) -> None:
    with pytest.raises(Unreadable):
        read(**{missing: " "})


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("1773628200", datetime(2026, 3, 16, 2, 30, tzinfo=UTC)),
        ("1773628200000", datetime(2026, 3, 16, 2, 30, tzinfo=UTC)),
        ("2026-03-16T10:30:00+08:00", datetime(2026, 3, 16, 2, 30, tzinfo=UTC)),
        ("2026-03-16 10:30:00", NOW), ("kemarin", NOW), ("", NOW), ("9" * 30, NOW), ("²²²²", NOW),
        ("2026-03-16T12:30:00+08:00", NOW), ("0001-01-01T00:00:00+14:00", NOW), ("1", NOW),
    ],
)  # fmt: skip
def test_a_time_that_cannot_be_true_is_now(written: str, at: datetime) -> None:
    assert read(timestamp=written).at == at


def test_an_empty_text_is_silent() -> None:
    assert read(text="  ").kind == "silent"


def test_a_signature_of_either_live_secret_holds_with_or_without_its_scheme() -> None:
    made = hmac.new(b"baru", b"from=1", hashlib.sha256).hexdigest()
    assert signed_by(b"from=1", made, ["lama", "baru"])
    assert signed_by(b"from=1", f"sha256={made.upper()}", ["baru"])
    assert not signed_by(b"from=2", made, ["baru"])
    assert not signed_by(b"from=1", made, [])


@pytest.mark.parametrize(("given", "held"), [("baru", True), ("lama", True), ("", False), ("\u00e9", False)])
def test_a_secret_is_compared_whole(given: str, held: bool) -> None:
    assert is_secret(given, ["lama", "baru"]) is held
    assert not is_secret(given, [])
