"""People who follow another person's complaint hear of its state, and of nobody's words."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.notifier.codes import Audience, Channel, NoticeKind
from services.notifier.labels import FOLLOWED_NEWS
from services.notifier.rules.notice_values import notice_of
from services.notifier.rules.rows import NewNotice
from services.notifier.state import CaseState, ContactState
from services.notifier.texts import compose
from shared.events import cases, cases_merged, contacts
from shared.events.fact import Fact
from tests.support.notifier_facts import assigned, linked, opened, resolved
from tests.support.notifier_folds import COMPLAINT, NOW, PERSON, States, fold_one, states_after

FOLLOWER = uuid4()
TICKET, LINK = "KT-7F3K-9Q2M-X", "https://aduan.contoh.id/ikuti/KT-7F3K-9Q2M-X/0123"
PRIVATE = "Ibu Siti di RT 7"


def following(channel: contacts.ContactChannel = "whatsapp") -> contacts.ContactLinked:
    return contacts.ContactLinked(
        complaint=COMPLAINT, ticket=TICKET, role="follower", channel=channel, address="6281200001234", link="/ikuti/x/y"
    )


FOLLOWED = (
    (PERSON, linked(COMPLAINT)),
    (COMPLAINT, opened(NOW, PERSON)),
    (FOLLOWER, following()),
    (COMPLAINT, assigned()),
)


def told(states: States, fact: Fact) -> dict[UUID | None, NewNotice]:
    """Return the citizens' notices after one more fact of the case, by contact."""
    rows = fold_one(states, COMPLAINT, fact).rows
    return {row.contact: row for row in rows if isinstance(row, NewNotice) and row.audience is Audience.CITIZEN}


def said(row: NewNotice) -> str:
    """Return the whole message of a notice, in both ways in which WhatsApp takes it."""
    case = CaseState(ticket=TICKET, opd="dishub")
    names = {"dishub": "Dinas Perhubungan"}
    notice = notice_of(row.kind, row.occurred_at, row.values, case=case, link=LINK, opd_names=names)
    content = compose(Audience.CITIZEN, Channel.WHATSAPP, [notice])
    return " ".join((content.subject, content.text, *content.approved.params))


def test_the_first_message_says_that_the_person_follows_and_how_to_stop() -> None:
    rows = fold_one(states_after(*FOLLOWED[:2]), FOLLOWER, following()).rows
    [first] = [row for row in rows if isinstance(row, NewNotice)]
    assert (first.kind, first.contact, first.complaint, first.at_once) == (
        NoticeKind.FOLLOWED,
        FOLLOWER,
        COMPLAINT,
        True,
    )
    assert "Anda mengikuti aduan KT-7F3K-9Q2M-X" in said(first)
    assert "balas STOP" in said(first)
    assert LINK in said(first)


def test_a_webhook_that_an_adapter_named_gets_every_notice_as_before() -> None:
    states = states_after(*FOLLOWED[:2], (FOLLOWER, following("webhook")))
    assert not [row for row in fold_one(states, FOLLOWER, following("webhook")).rows if isinstance(row, NewNotice)]
    assert told(states, resolved())[FOLLOWER].kind is NoticeKind.RESOLVED


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        (assigned(), "diteruskan ke Dinas Perhubungan"),
        (cases.Progressed(opd="dishub", public=True, text=PRIVATE), "mendapat kabar baru dari Dinas Perhubungan"),
        (cases.Resolved(opd="dishub", answer=PRIVATE), "sudah dijawab oleh Dinas Perhubungan"),
        (cases.PutOff(opd="dishub", until=date(2026, 5, 1), reason=PRIVATE), "ditunda sampai Jumat, 1 Mei 2026"),
        (cases.Closed(by="admin", reason=PRIVATE), "ditutup"),
        (cases.Archived(reason="other", note=PRIVATE), "tidak dilanjutkan"),
        (
            cases_merged.Merged(into=uuid4(), into_ticket="KT-AAAA-BBBB-C"),
            "digabung dengan aduan KT-AAAA-BBBB-C, tentang masalah yang sama",
        ),
        (
            cases.Referred(authority="centre", to=PRIVATE, reason=PRIVATE, next_step=PRIVATE),
            "diteruskan ke instansi di luar pemerintah provinsi",
        ),
    ],
)
def test_a_follower_hears_the_news_without_anybodys_words(fact: Fact, words: str) -> None:
    row = told(states_after(*FOLLOWED), fact)[FOLLOWER]
    assert row.kind is NoticeKind.FOLLOWED
    assert f"Aduan {TICKET} yang Anda ikuti {words}." in said(row)
    assert PRIVATE not in said(row)
    assert PRIVATE not in str(row.values)


@pytest.mark.parametrize(
    "fact",
    [
        cases.InfoRequested(opd="dishub", question="Di kilometer berapa?"),
        cases.Replied(text="x", state="resolved", waiting=1),
        cases.ReplyHandled(outcome="asked"),
    ],
)
def test_what_is_asked_of_the_reporter_is_not_told_to_a_follower(fact: Fact) -> None:
    assert set(told(states_after(*FOLLOWED), fact)) == {PERSON}


def test_whoever_follows_no_longer_hears_nothing_more() -> None:
    states = states_after(*FOLLOWED, (FOLLOWER, contacts.ContactUnlinked(complaint=COMPLAINT)))
    assert set(told(states, resolved())) == {PERSON}
    contact = states[FOLLOWER]
    assert isinstance(contact, ContactState)
    assert contact.links == {}


def test_those_who_only_followed_a_joined_case_only_follow_the_other() -> None:
    other, reporter = uuid4(), uuid4()
    fact = cases_merged.MergedFrom(
        source=other,
        source_ticket="KT-2A2B-3C3D-4",
        contacts=(reporter, FOLLOWER, PERSON),
        followers=(FOLLOWER, PERSON),
    )
    states = states_after(*FOLLOWED[:2], (COMPLAINT, fact))
    kinds = {contact: row.kind for contact, row in told(states, resolved()).items()}
    assert kinds == {
        PERSON: NoticeKind.RESOLVED,
        reporter: NoticeKind.RESOLVED,
        FOLLOWER: NoticeKind.FOLLOWED,
    }


def test_every_news_names_no_value_but_public_ones() -> None:
    values: dict[str, Any] = {"opd": "A", "until": "B", "survivor": "C"}
    assert all(words.format_map(values) for words in FOLLOWED_NEWS.values())
