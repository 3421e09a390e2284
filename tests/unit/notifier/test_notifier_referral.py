"""A referral in messages: the tap for the citizen, the mail to the office, and the name only by consent."""

from datetime import date
from typing import Any

import pytest

from services.notifier.channels.fitting import cut_to_fit
from services.notifier.channels.sms_text import fits, sms_text
from services.notifier.codes import Audience, Channel, NoticeKind
from services.notifier.rules.fold import keys_of
from services.notifier.rules.notice_values import link_of, notice_of
from services.notifier.rules.rows import NewNotice
from services.notifier.state import CaseState
from services.notifier.texts import Content, compose
from shared.events import cases
from shared.events.cases_referral import AuthorityAnswered, AuthorityTold
from shared.events.fact import Fact
from tests.support.notifier_facts import linked, opened
from tests.support.notifier_folds import COMPLAINT, NOW, PERSON, fold_one, states_after

CITY, MAIL = "Pemerintah Kota Samarinda", "pengaduan@samarinda.example"
TICKET, LINK = "KT-7F3K-9Q2M-X", "https://aduan.contoh.id/aduan/KT-7F3K-9Q2M-X"
WHY = "Ini tentang sampah. Pengangkutan sampah adalah urusan kabupaten/kota menurut UU 23/2014."
PROPOSED = cases.Referred(
    authority="regency_or_city", to=CITY, reason=WHY, next_step=f"Sampaikan kepada {CITY}.", proposal=True
)
TOLD = AuthorityTold(to=CITY, mail=MAIL, text="Sampah menumpuk seminggu.", topic="refuse", filed_at=NOW)


def rows(fact: Fact, **more: Any) -> list[NewNotice]:
    """Return the notices that a fact of the case leads to."""
    states = states_after((PERSON, linked(COMPLAINT)), (COMPLAINT, opened(NOW, PERSON, **more)))
    return [row for row in fold_one(states, COMPLAINT, fact).rows if isinstance(row, NewNotice)]


def said(row: NewNotice, channel: Channel = Channel.EMAIL) -> Content:
    case = CaseState(ticket=TICKET, topic="refuse", place="Sungai Pinang")
    notice = notice_of(row.kind, row.occurred_at, row.values, case=case, link=LINK, opd_names={})
    return compose(row.audience, channel, [notice])


def test_a_proposal_offers_the_tap_and_the_consent_as_buttons_of_a_chat() -> None:
    [row] = rows(PROPOSED)
    for channel in (Channel.WHATSAPP, Channel.INSTAGRAM):
        content = said(row, channel)
        assert f"kami anggap ini urusan {CITY}" in content.text
        assert content.buttons == (
            (f"object:{TICKET}", "Ini urusan provinsi"),
            (f"share:{TICKET}", "Izinkan nama saya"),
        )
        assert all(len(title) <= 20 for _, title in content.buttons)


def test_on_sms_the_words_stand_there_and_are_not_cut() -> None:
    [row] = rows(PROPOSED)
    content = said(row, Channel.SMS)
    text = cut_to_fit(sms_text(content.text, content.buttons), fits)
    assert "Balas PROVINSI" in text
    assert "balas IZINKAN" in text
    assert "1. " not in text
    assert text.endswith(LINK)


def test_nobody_asks_an_anonymous_reporter_for_a_name_and_a_persons_referral_offers_no_tap() -> None:
    [row] = rows(PROPOSED, anonim=True)
    assert said(row, Channel.WHATSAPP).buttons == ((f"object:{TICKET}", "Ini urusan provinsi"),)
    [row] = rows(PROPOSED.model_copy(update={"proposal": False}))
    content = said(row, Channel.WHATSAPP)
    assert content.buttons == ((f"share:{TICKET}", "Izinkan nama saya"),)
    assert f"adalah wewenang {CITY}" in content.text


@pytest.mark.parametrize(
    ("actor", "words"), [("citizen", "Pernyataan Anda kami terima"), ("triage:x", "Alasannya: Jl")]
)
def test_who_brought_it_back_decides_the_words(actor: str, words: str) -> None:
    fact = cases.TakenBack(state="referred", reason="Jl provinsi", referred_to=CITY)
    states = states_after((PERSON, linked(COMPLAINT)), (COMPLAINT, opened(NOW, PERSON)))
    [row] = [one for one in fold_one(states, COMPLAINT, fact, actor=actor).rows if isinstance(one, NewNotice)]
    assert words in said(row).text
    assert row.at_once is (actor == "citizen")


def test_the_office_reads_the_complaint_without_the_person() -> None:
    office, citizen = rows(TOLD)
    assert (office.audience, office.values["mail"], citizen.audience) == (Audience.AUTHORITY, MAIL, Audience.CITIZEN)
    text = said(office).text
    assert "Sampah menumpuk seminggu." in text
    assert "identitas tidak disertakan, karena pelapor belum mengizinkannya" in text
    assert "62812" not in text
    assert "tanpa nama dan kontak Anda" in said(citizen).text


def test_with_consent_the_office_reads_name_and_contact() -> None:
    fact = TOLD.model_copy(update={"name": "Rahmat", "contacts": (PERSON,)})
    assert keys_of(COMPLAINT, fact) == (COMPLAINT, PERSON)
    office, citizen = rows(fact)
    [contact] = office.values["contacts"]
    assert contact.startswith("WhatsApp: +628")
    assert f"Pelapor: Rahmat\n{contact}" in said(office).text
    assert "dengan nama dan kontak Anda" in said(citizen).text


def test_what_follows_the_mail_has_texts_of_its_own_and_a_letter_on_paper_sends_none() -> None:
    [person] = rows(AuthorityTold(to=CITY, what="person", mail=MAIL, name="Rahmat", contacts=(PERSON,)))
    assert "Rahmat" in said(person).text
    [withdrawn] = rows(AuthorityTold(to=CITY, what="withdrawn", mail=MAIL))
    assert "kami cabut" in said(withdrawn).text
    assert [row.audience for row in rows(AuthorityTold(to=CITY))] == [Audience.CITIZEN]


def test_the_answer_of_the_authority_reaches_the_citizen_with_its_day() -> None:
    [row] = rows(AuthorityAnswered(to=CITY, text="Sampah sudah diangkut.", on=date(2026, 3, 20)))
    assert row.kind is NoticeKind.AUTHORITY_ANSWERED
    assert f"{CITY} menjawab aduan {TICKET} pada Jumat, 20 Maret 2026:\nSampah sudah diangkut." in said(row).text


def test_the_link_for_an_office_shows_state_and_dates_alone() -> None:
    case = CaseState(ticket=TICKET)
    link = link_of(
        Audience.AUTHORITY, case, None, COMPLAINT, "", public="https://aduan.contoh.id", console="https://meja"
    )
    assert link == LINK
