"""SMS: the alphabet, the counting of parts, the cutting to three, the form, and the reading of its answers."""

import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.channels.fitting import cut_to_fit
from services.notifier.channels.outgoing import Outgoing
from services.notifier.channels.sms import GatewayForm, form_of, read_answer
from services.notifier.channels.sms_text import MOST_PARTS, fits, parts, plain, sms_text
from services.notifier.codes import Audience, Channel, NoticeKind, Verdict
from services.notifier.texts import ApprovedTemplate, Content, Notice, compose, text_book
from shared.phone import NotAWhatsAppNumber

LINK = "https://tanggap.kaltim.example/aduan/KT-7F3K-9Q2M-X/0123456789abcdef0123456789abcdef"
CHOICES = (("region:64.72", "Samarinda"), ("region:64.02", "Kutai Kartanegara"))


def outgoing(text: str = "Isi pesan", address: str = "6281200001234", **more: Any) -> Outgoing:
    content = Content("Judul", text, ApprovedTemplate("tanggap_x", ()), more.pop("buttons", ()))
    at = datetime(2026, 11, 26, 2, tzinfo=UTC)
    return Outgoing(UUID(int=1), address, content, free_text=False, in_reply_to=None, occurred_at=at, data={}, **more)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1), ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("a" * 459, 3), ("a" * 460, 4),
        ("€" * 80, 1), ("€" * 81, 2), ("a" * 152 + "€" + "a" * 152, 3),
        ("ش" * 70, 1), ("ش" * 71, 2), ("ش" * 134, 2), ("ش" * 201, 3), ("ش" * 202, 4), ("𝔄" * 35, 1), ("𝔄" * 36, 2),
    ],
)  # fmt: skip
def test_parts_are_counted_as_the_network_counts_them(text: str, count: int) -> None:
    assert parts(text) == count


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Aduan “lampu” – belum…", 'Aduan "lampu" - belum...'), ("Senin–Kamis pukul 07.30", "Senin-Kamis pukul 07.30"),
        ("Terima kasih 🙏🏾", "Terima kasih "), ("Rp\u00a05.000 × 2", "Rp 5.000 x 2"), ("kafē ñandu", "kafe ñandu"),
        ("شكرا", "شكرا"), ("baris\r\nbaris", "baris\r\nbaris"),
    ],
)  # fmt: skip
def test_signs_outside_the_alphabet_become_their_nearest(text: str, told: str) -> None:
    assert plain(text) == told


@given(st.text(max_size=1500))
def test_every_text_is_cut_to_three_parts(text: str) -> None:
    assert parts(cut_to_fit(plain(text), fits)) <= MOST_PARTS


def test_choices_are_numbered_lines_that_survive_the_cutting() -> None:
    text = cut_to_fit(sms_text("Di mana? " * 100, CHOICES), fits)
    assert text.endswith("\n1. Samarinda\n2. Kutai Kartanegara\nBalas dengan angkanya.")
    assert parts(text) == MOST_PARTS


def test_a_question_that_words_answer_has_no_numbers() -> None:
    asked = (("confirm:KT-1", "Sudah selesai"), ("dispute:KT-1", "Belum selesai"))
    assert sms_text("Balas SUDAH atau BELUM.", asked) == "Balas SUDAH atau BELUM."


@pytest.mark.parametrize("kind", [NoticeKind(name) for name in text_book()["citizen"]])
def test_every_notice_keeps_its_link_and_its_question_in_three_parts(kind: NoticeKind) -> None:
    long = "Lampu di simpang Lembuswana sudah diganti dengan yang baru. " * 20
    values = {
        **dict.fromkeys(("answer", "question", "reason", "next_step"), long),
        "opd": "Dinas Pekerjaan Umum, Penataan Ruang dan Perumahan Rakyat",
        "due": "Senin, 16 Maret 2026 pukul 16.00 WITA", "until": "Kamis, 2 April 2026", "to": "Pemerintah Kota Samarinda",
        "closed_by": "silence", "survivor": "KT-AAAA-BBBB-C", "text": "Terima kasih.", "template": "reply",
    }  # fmt: skip
    content = compose(Audience.CITIZEN, Channel.SMS, [Notice(kind, "KT-7F3K-9Q2M-X", LINK, values)])
    text = form_of(outgoing(content.text, buttons=content.buttons), GatewayForm())["text"]
    assert fits(text)
    assert LINK in text
    if kind is NoticeKind.RESOLVED:
        assert "Balas SUDAH atau BELUM" in text


@pytest.mark.parametrize(
    ("number", "written"), [("plus", "+6281200001234"), ("digits", "6281200001234"), ("trunk", "081200001234")]
)
def test_a_number_is_written_as_the_gateway_wants_it(number: Any, written: str) -> None:
    assert form_of(outgoing(), GatewayForm(to="dest", number=number))["dest"] == written


def test_the_form_has_the_gateway_s_names_and_its_fixed_parameters() -> None:
    form = GatewayForm(to="msisdn", text="isi", fixed=(("user", "tanggap"), ("type", "long")))
    assert form_of(outgoing(), form) == {
        "user": "tanggap",
        "type": "long",
        "msisdn": "+6281200001234",
        "isi": "Isi pesan",
    }


@pytest.mark.parametrize("address", ["0541123456", "+62541123456", "2000", "TELKOMSEL", ""])
def test_an_address_that_is_no_mobile_number_is_not_sent_to(address: str) -> None:
    with pytest.raises(NotAWhatsAppNumber):
        form_of(outgoing(address=address), GatewayForm())


@pytest.mark.parametrize(
    ("status", "answer", "verdict", "own"),
    [
        (200, "OK id=77", Verdict.ACCEPTED, "77"), (201, "sent ok ID=8", Verdict.ACCEPTED, "8"),
        (200, "ERROR saldo habis", Verdict.BROKEN, None), (200, "", Verdict.BROKEN, None),
        (200, "antrean penuh", Verdict.AGAIN, None), (302, "", Verdict.BROKEN, None), (400, "OK id=1", Verdict.BROKEN, None),
        (401, "", Verdict.STOP_CHANNEL, None), (403, "", Verdict.STOP_CHANNEL, None), (429, "", Verdict.AGAIN, None),
        (500, "", Verdict.AGAIN, None),
    ],
)  # fmt: skip
def test_an_answer_is_success_only_by_status_and_pattern(
    status: int, answer: str, verdict: Verdict, own: str | None
) -> None:
    form = GatewayForm(success=re.compile(r"(?i)\bok\b.*id=(\d+)"), busy=re.compile("antrean penuh"))
    outcome = read_answer(status, answer, form)
    assert (outcome.verdict, outcome.provider_id) == (verdict, own)


def test_without_a_pattern_every_2xx_is_success() -> None:
    assert read_answer(202, "", GatewayForm()).verdict is Verdict.ACCEPTED


def test_a_form_shows_no_password_when_printed() -> None:
    assert "rahasia" not in repr(GatewayForm(fixed=(("password", "rahasia"),)))
