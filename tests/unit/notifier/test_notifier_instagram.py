"""Instagram Direct: the request on the wire, the window, and what each answer means."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.notifier.channels.addresses import address_fits
from services.notifier.channels.instagram import MOST_BYTES, InstagramSender, body, read_answer
from services.notifier.channels.outgoing import Outgoing
from services.notifier.codes import Channel, Verdict
from services.notifier.rules.instagram_codes import INSTAGRAM_CODES, INSTAGRAM_SUBCODES, instagram_verdict
from services.notifier.rules.retry import GiveUp, OtherChannel, TriesSoFar, decide_next_step
from services.notifier.rules.verdicts import Outcome
from services.notifier.texts import ApprovedTemplate, Content

NOW = datetime(2026, 11, 26, 2, tzinfo=UTC)
IGSID = "17841400000000123"
LINK = "https://tanggap.kaltim.example/aduan/KT-7F3K-9Q2M-X/0123456789abcdef0123456789abcdef"


def outgoing(text: str = "Isi pesan", *, free_text: bool = True, buttons: Any = ()) -> Outgoing:
    content = Content("Judul", text, ApprovedTemplate("tanggap_x", ()), buttons)
    return Outgoing(UUID(int=1), IGSID, content, free_text=free_text, in_reply_to="mid.1", occurred_at=NOW, data={})


def test_a_reply_goes_to_the_scoped_id_as_a_response_without_a_tag() -> None:
    assert body(outgoing()) == {
        "recipient": {"id": IGSID},
        "messaging_type": "RESPONSE",
        "message": {"text": "Isi pesan"},
    }


def test_choices_are_quick_replies_within_the_platform_s_limits() -> None:
    rows = tuple((f"region:{number}", f"Kabupaten bernama panjang {number}") for number in range(15))
    replies = body(outgoing(buttons=rows))["message"]["quick_replies"]
    assert [one["payload"] for one in replies] == [id_ for id_, _ in rows[:13]]
    assert all(one["content_type"] == "text" and len(one["title"]) <= 20 for one in replies)


def test_a_long_text_is_cut_in_bytes_and_keeps_its_link() -> None:
    text = body(outgoing("“Jalan rusak” – " * 200 + f"\n\nIkuti aduan: {LINK}"))["message"]["text"]
    assert len(text.encode()) <= MOST_BYTES
    assert text.endswith(f"...\nIkuti aduan: {LINK}")


async def test_outside_the_window_nothing_is_asked_of_the_platform() -> None:
    sender = InstagramSender(base="http://127.0.0.1:1", version="v24.0", account="me", token="x")
    outcome = await sender.send(outgoing(free_text=False))
    await sender.aclose()
    assert (outcome.verdict, outcome.reason, outcome.silent) == (Verdict.OTHER_CHANNEL, "window closed", False)


@pytest.mark.parametrize(
    ("status", "content", "verdict"),
    [
        (200, b'{"recipient_id": "1", "message_id": "mid.9"}', Verdict.ACCEPTED),
        (200, b'{"recipient_id": "1"}', Verdict.UNSURE),
        (200, b"<html>", Verdict.UNSURE),
        (403, b'{"error": {"code": 10, "error_subcode": 2534022}}', Verdict.OTHER_CHANNEL),
        (403, b'{"error": {"code": 10}}', Verdict.STOP_CHANNEL),
        (400, b'{"error": {"code": 100, "error_subcode": 2534014}}', Verdict.OTHER_CHANNEL),
        (400, b'{"error": {"code": 100}}', Verdict.BROKEN),
        (400, b'{"error": {"code": 190}}', Verdict.STOP_CHANNEL),
        (400, b'{"error": {"code": 613}}', Verdict.AGAIN),
        (400, b'{"error": {"code": 424242}}', Verdict.AGAIN),
        (401, b'{"error": {"code": 424242}}', Verdict.STOP_CHANNEL),
        (503, b"<html>", Verdict.AGAIN),
        (302, b"", Verdict.BROKEN),
    ],
)
def test_an_answer_is_read_by_its_code_and_subcode(status: int, content: bytes, verdict: Verdict) -> None:
    assert read_answer(status, content).verdict is verdict


def test_no_code_of_one_person_stops_the_channel() -> None:
    assert set(INSTAGRAM_SUBCODES.values()) == {Verdict.OTHER_CHANNEL}
    assert all(instagram_verdict(code, None, 400) is verdict for code, verdict in INSTAGRAM_CODES.items())


@pytest.mark.parametrize("channel", [Channel.INSTAGRAM, Channel.SMS])
def test_an_unanswered_message_is_seen_by_a_person_and_never_sent_twice(channel: Channel) -> None:
    outcome = Outcome(Verdict.UNSURE, reason="ReadTimeout", silent=True)
    step = decide_next_step(outcome, TriesSoFar(channel, 1, NOW), now=NOW, jitter=0, look_for=timedelta(minutes=5))
    assert step == GiveUp("unsure")


def test_a_closed_window_leads_to_another_channel() -> None:
    outcome = Outcome(Verdict.OTHER_CHANNEL, reason="window closed")
    tried = TriesSoFar(Channel.INSTAGRAM, 1, NOW)
    step = decide_next_step(outcome, tried, now=NOW, jitter=0, look_for=timedelta(minutes=5))
    assert step == OtherChannel("window closed")


@pytest.mark.parametrize(
    ("address", "fits"), [(IGSID, True), ("warga", False), ("", False), ("1" * 33, False), ("١", False)]
)
def test_an_address_is_a_scoped_id(address: str, fits: bool) -> None:
    assert address_fits(Channel.INSTAGRAM, address, allow_loopback=False) is fits
