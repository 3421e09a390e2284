"""Words on an answered or ended case: no clock closes it before a person has read them, and who dealt with them is kept."""

from typing import Any

import pytest

from services.router.errors import NoReplyWaits, StaleRevision, WrongState
from services.router.rules import commands as c
from services.router.rules import commands_referral
from shared.events.cases import Closed, InfoReceived, Replied, ReplyHandled
from shared.events.fact import Fact
from shared.events.opd import Assignment
from shared.events.submissions import CitizenConfirmed, CitizenDisputed, CitizenRated, CitizenReplied, CitizenWithdrew
from shared.ids import new_id
from tests.support.router_cases import DISDIKBUD, assigned, closed, in_triage, refused, resolved
from tests.support.router_facts import Story, expired, types

WORD = CitizenReplied(text="Pak tolong dicek lagi", channel="whatsapp")


def asked() -> Story:
    story = assigned()
    story.fold(c.Ask(opd=DISDIKBUD, question="Kelas berapa?"))
    return story


def archived_by_silence(story: Story) -> Story:
    story.later(days=14).fold(expired(story, "info_requested"))
    assert story.case.state == "archived"
    return story


@pytest.mark.parametrize(
    "fact",
    [
        CitizenReplied(text="Masih rusak pak, tidak ada yang datang memperbaiki", channel="whatsapp"),
        CitizenReplied(text="Pak tolong dicek lagi", channel="whatsapp"),
        CitizenReplied(text="(mengirim foto)", channel="whatsapp"),
        CitizenReplied(text="Terima kasih", channel="web"),
        CitizenRated(stars=1, comment="Gurunya masih kosong", channel="web"),
        CitizenRated(stars=5, channel="web"),
    ],
)
def test_no_silence_closes_a_case_after_any_word(fact: Fact) -> None:
    story = resolved()
    since = story.case.since
    said = story.later(days=1).fold(fact)
    assert [kind for kind in types(said) if kind != "case.rated"] == ["case.replied", "assignment.snapshot"]
    story.later(days=14).fold(expired(story, "resolved", since))
    assert (story.case.state, story.case.unread) == ("resolved", 1)
    assert story.types().count("case.closed") == 0


@pytest.mark.parametrize("fact", [WORD, CitizenDisputed(reason="Masih kosong pak", channel="sms")])
def test_a_word_that_is_read_after_the_silence_undoes_the_closing(fact: Fact) -> None:
    story = resolved()
    said_at = story.later(days=9).now
    story.later(days=5).fold(expired(story, "resolved"))
    assert story.case.ended_by == "silence"
    story.later(days=1).fold(fact, at=said_at)
    assert story.case.state in {"resolved", "in_progress"}
    story.later(days=30).fold(expired(story, "resolved"))
    assert story.case.state in {"resolved", "in_progress"}


def test_a_confirmation_that_is_read_after_the_silence_corrects_who_closed() -> None:
    story = closed()
    said = story.fold(CitizenConfirmed(channel="whatsapp", text="Sudah pak"))
    assert types(said)[:2] == ["case.confirmed", "case.closed"]
    assert (story.case.state, story.case.ended_by) == ("closed", "citizen")


def test_a_word_long_after_the_silence_goes_to_a_person_and_moves_nothing() -> None:
    story = closed()
    story.later(days=40).fold(WORD)
    assert (story.case.state, story.case.unread) == ("closed", 1)


def test_each_word_counts_and_the_oldest_gives_the_waiting_time() -> None:
    story = resolved()
    first = story.later(hours=1).now
    story.fold(WORD)
    [replied, *_] = story.later(hours=5).fold(WORD)
    assert isinstance(replied, Replied)
    assert (replied.waiting, story.case.unread, story.case.unread_since) == (2, 2, first)


def test_a_button_closes_even_after_an_unclear_word() -> None:
    story = resolved()
    story.fold(WORD)
    story.fold(CitizenConfirmed(channel="whatsapp"))
    assert (story.case.state, story.case.unread, story.case.unread_since) == ("closed", 0, None)


def test_plain_words_do_not_close_over_a_word_that_nobody_has_read() -> None:
    story = resolved()
    story.fold(CitizenReplied(text="tapi kelas sebelah masih kosong", channel="whatsapp"))
    story.fold(CitizenConfirmed(channel="whatsapp", text="sudah pak"))
    assert (story.case.state, story.case.unread) == ("resolved", 2)
    assert story.case.replies[-1] == "sudah pak"


def test_a_dispute_reopens_and_takes_the_words_with_it() -> None:
    story = resolved()
    story.fold(WORD)
    said = story.fold(CitizenDisputed(reason="Belum", channel="whatsapp"))
    assert (story.case.state, story.case.unread) == ("in_progress", 0)
    snapshot = said[-1]
    assert isinstance(snapshot, Assignment)
    assert snapshot.replies == ("Pak tolong dicek lagi", "Belum")


def test_a_person_asks_anew_and_only_then_silence_may_close() -> None:
    story = resolved()
    old = story.case.since
    story.later(days=1).fold(WORD)
    said = story.later(days=1).fold(
        c.HandleReply(outcome="ask", answer="Guru pengganti masuk kemarin."), actor="koordinator:a"
    )
    assert said[0] == ReplyHandled(outcome="asked", answer="Guru pengganti masuk kemarin.")
    assert story.case.unread == 0
    story.later(days=5).fold(expired(story, "resolved", old))
    assert story.case.state == "resolved"
    story.later(days=10).fold(expired(story, "resolved"))
    assert (story.case.state, story.case.ended_by) == ("closed", "silence")


def test_a_word_that_is_read_after_the_person_asked_waits_again() -> None:
    story = resolved()
    story.later(days=1).fold(WORD)
    said_at = story.now
    story.later(days=1).fold(c.HandleReply(outcome="ask"))
    story.later(days=1).fold(WORD, at=said_at)
    story.later(days=14).fold(expired(story, "resolved"))
    assert (story.case.state, story.case.unread) == ("resolved", 1)


def test_a_person_reopens_and_it_counts_as_the_citizens_dispute() -> None:
    story = resolved()
    story.fold(WORD)
    said = story.fold(c.HandleReply(outcome="reopen"))
    assert types(said) == ["case.reply_handled", "case.disputed", "case.reopened", "assignment.snapshot"]
    assert (story.case.state, story.case.round, story.case.unread) == ("in_progress", 2, 0)


def test_a_person_takes_note_of_what_came_after_the_end() -> None:
    story = resolved()
    story.fold(CitizenConfirmed(channel="web"))
    story.fold(WORD)
    story.fold(c.HandleReply(outcome="read"))
    assert (story.case.state, story.case.unread) == ("closed", 0)


def test_an_answered_case_cannot_be_only_taken_note_of() -> None:
    story = resolved()
    story.fold(WORD)
    assert isinstance(refused(story, c.HandleReply(outcome="read")), WrongState)


def test_without_a_word_there_is_nothing_to_deal_with() -> None:
    assert isinstance(refused(resolved(), c.HandleReply(outcome="ask")), NoReplyWaits)


def test_a_word_that_the_person_has_not_read_refuses_the_act() -> None:
    story = resolved()
    story.fold(WORD)
    seen = story.case.revision
    story.fold(WORD)
    assert isinstance(refused(story, c.HandleReply(outcome="ask", revision=seen)), StaleRevision)


@pytest.mark.parametrize("command", [c.Close(reason="Sudah dicek di tempat."), c.Archive(reason="other")])
def test_an_admin_who_ends_the_case_has_dealt_with_its_words(command: c.CaseCommand) -> None:
    story = resolved()
    story.fold(WORD)
    assert types(story.fold(command))[0] == "case.reply_handled"
    assert story.case.unread == 0


@pytest.mark.parametrize(
    "fact",
    [
        CitizenReplied(text="Kelas XI IPA 2", channel="whatsapp"),
        CitizenDisputed(reason="belum ada nomornya pak, kelas XI", channel="whatsapp"),
        CitizenConfirmed(channel="whatsapp", text="sudah pak"),
        CitizenConfirmed(channel="web"),
        CitizenRated(stars=2, comment="lambat", channel="web"),
    ],
)
def test_anything_said_on_a_question_is_an_answer_to_it(fact: Fact) -> None:
    story = asked()
    [received, snapshot] = story.later(days=1).fold(fact)
    assert isinstance(received, InfoReceived)
    assert isinstance(snapshot, Assignment)
    assert snapshot.replies == (received.text,)
    since = story.case.since
    story.later(days=14).fold(expired(story, "info_requested", since))
    assert story.case.state == "assigned"


def test_an_answer_that_is_read_after_the_silence_brings_the_case_back_to_its_opd() -> None:
    story = archived_by_silence(asked())
    said = story.later(days=1).fold(WORD)
    [received, snapshot] = said
    assert isinstance(received, InfoReceived)
    assert isinstance(snapshot, Assignment)
    assert (received.again, received.state, story.case.state) == (True, "assigned", "assigned")
    assert (snapshot.withdrawn, snapshot.replies, story.case.left) == (False, (WORD.text,), ())


def test_an_answer_to_the_desk_that_is_read_after_the_silence_is_back_at_the_desk() -> None:
    story = in_triage()
    story.fold(c.AskFromDesk(question="Jalan yang mana?"))
    archived_by_silence(story).fold(WORD)
    assert (story.case.state, story.case.desk) == ("verification", "triage")


def test_a_word_on_a_referred_case_goes_to_a_person_who_can_reopen_it() -> None:
    story = in_triage()
    story.fold(commands_referral.Refer(authority="centre", to="BPN", reason="r", next_step="n"))
    assert types(story.fold(WORD)) == ["case.replied"]
    assert types(story.fold(c.HandleReply(outcome="reopen"))) == [
        "case.reply_handled",
        "case.info_received",
        "case.triaged",
    ]
    assert (story.case.state, story.case.desk) == ("verification", "triage")


def test_a_case_that_others_follow_does_not_close_as_silent_after_its_reporter_withdrew() -> None:
    story, other = resolved(), resolved()
    story.states[other.key] = other.case.with_(contacts=(new_id(),))
    story.fold(c.Merge(into=story.key), key=other.key, keys=(other.key, story.key))
    story.fold(CitizenWithdrew(reason="capek menunggu", channel="web"))
    story.later(days=14).fold(expired(story, "resolved"))
    assert (story.case.state, story.case.replies) == ("resolved", ("capek menunggu",))


def test_a_word_on_a_merged_case_waits_on_the_one_that_lives_on() -> None:
    story, other = resolved(), resolved()
    story.states[other.key] = other.case
    story.fold(c.Merge(into=story.key), key=other.key, keys=(other.key, story.key))
    story.fold(WORD, key=other.key)
    assert story.case.unread == 1


def test_a_case_taken_apart_with_an_unread_word_does_not_become_silent() -> None:
    story, other = resolved(), resolved()
    other.fold(WORD)
    story.states[other.key] = other.case
    both: dict[str, Any] = {"key": other.key, "keys": (other.key, story.key)}
    story.fold(c.Merge(into=story.key), **both)
    said = story.later(days=1).fold(c.Unmerge(), **both)
    assert types(said)[:2] == ["case.unmerged", "case.replied"]


def test_a_case_answered_by_an_older_release_with_words_on_it_goes_to_a_person() -> None:
    story = resolved()
    story.states[story.key] = story.case.with_(unread=None, replies=("masih kosong pak",))
    story.later(days=14).fold(expired(story, "resolved"))
    assert (story.case.state, story.case.unread) == ("resolved", 1)


def test_a_case_answered_by_an_older_release_without_words_still_closes() -> None:
    story = resolved()
    story.states[story.key] = story.case.with_(unread=None)
    [ended, *_] = story.later(days=14).fold(expired(story, "resolved"))
    assert isinstance(ended, Closed)
