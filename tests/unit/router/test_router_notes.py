"""Internal notes, mentions, and the officer who is responsible for a case."""

import pytest

from services.router.api.views_opd import as_team
from services.router.errors import NotYours, WrongState
from services.router.rules import commands as c
from services.router.rules import commands_team
from services.router.rules.commands_team import Colleague
from services.router.rules.mentions import Member, find_mentions
from services.router.rules.notes import NotesFull, notes_of
from services.router.state_parts import Note
from shared.events.contacts import ReplyRequested
from shared.events.submissions import SubmissionErased
from shared.ids import new_id
from tests.support.router_cases import DISDIKBUD, assigned, closed, refused
from tests.support.router_facts import START, Story, types

RINA = Member(new_id(), "Rina Wulandari", "rina.w@contoh.example")
OTHER_RINA = Member(new_id(), "Rina Sari", "sari@contoh.example")
BUDI = Member(new_id(), "Budi Hartono", "budi@contoh.example")
TEAM = (RINA, OTHER_RINA, BUDI)
ACTOR = f"opd:{DISDIKBUD}:{BUDI.account}"
TEXT = "Kepala sekolah belum menjawab telepon."


def colleague(member: Member) -> Colleague:
    return Colleague(member.account, member.name, member.address, "https://konsol.example/opd/KT-7F3K-9Q2M-X")


def note(story: Story, text: str = TEXT, *told: Member, opd: str = DISDIKBUD) -> list[object]:
    command = commands_team.WriteNote(opd=opd, text=text, by="Budi Hartono", told=tuple(map(colleague, told)))
    keys = (story.key, *(one.account for one in told))
    return list(story.fold(command, keys=keys, actor=ACTOR))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@Budi tolong cek", (BUDI,)),
        ("tolong @budi hartono, cek", (BUDI,)),
        ("(@Rina Wulandari) dan @Rina Sari.", (RINA, OTHER_RINA)),
        ("@rina.w sudah tahu", (RINA,)),
        ("surat ke budi@contoh.example", ()),
        ("@Budi @budi @BUDI HARTONO", (BUDI,)),
    ],
)
def test_a_colleague_is_mentioned_by_name_or_address(text: str, found: tuple[Member, ...]) -> None:
    assert find_mentions(text, TEAM) == (found, ())


@pytest.mark.parametrize(("text", "word"), [("@Rina cek", "Rina"), ("@Tono cek", "Tono"), ("@Budiman cek", "Budiman")])
def test_a_name_of_nobody_or_of_several_is_unclear(text: str, word: str) -> None:
    assert find_mentions(text, TEAM) == ((), (word,))


def test_a_note_becomes_no_event_and_the_mentioned_colleague_gets_a_mail_without_its_words() -> None:
    story = assigned()
    said = note(story, f"@Rina Wulandari {TEXT}", RINA)
    assert [type(one) for one in said] == [ReplyRequested]
    mail = said[0]
    assert isinstance(mail, ReplyRequested)
    assert mail.address == RINA.address
    assert TEXT not in mail.model_dump_json()
    assert story.last.events[0].key == RINA.account
    assert story.case.mentioned == (RINA.account,)
    assert as_team(story.case, DISDIKBUD, TEAM, RINA.account)["mentioned"]


def test_a_mention_is_over_once_it_was_read_or_answered() -> None:
    story = assigned()
    note(story, "@Rina Wulandari cek", RINA)
    story.fold(commands_team.ReadMention(opd=DISDIKBUD, reader=BUDI.account))
    assert RINA.account in story.case.mentioned
    story.fold(commands_team.ReadMention(opd=DISDIKBUD, reader=RINA.account))
    assert not story.case.mentioned
    note(story, "@Rina Wulandari cek lagi", RINA)
    answer = commands_team.WriteNote(opd=DISDIKBUD, text="Sudah.", by=RINA.name)
    story.fold(answer, actor=f"opd:{DISDIKBUD}:{RINA.account}")
    assert not story.case.mentioned


def test_a_note_is_read_by_its_own_opd_alone_and_leaves_no_word_in_a_snapshot() -> None:
    story = assigned()
    note(story)
    said = story.fold(c.Decline(opd=DISDIKBUD, reason="Bukan wewenang kami."))
    said += story.fold(c.Assign(opd="dishub"))
    assert "assignment.snapshot" in types(said)
    assert not [fact for fact in said if TEXT in fact.model_dump_json()]
    assert notes_of(story.case, "dishub") == ()
    assert [one.text for one in notes_of(story.case, DISDIKBUD)] == [TEXT]
    assert (story.case.holder, story.case.mentioned) == (None, ())


def test_notes_are_erased_with_the_complaint() -> None:
    story = assigned()
    note(story)
    story.fold(SubmissionErased())
    assert story.case.erased
    assert TEXT not in story.case.model_dump_json()


def test_whoever_acts_first_is_responsible_until_the_case_is_handed_over() -> None:
    story = assigned()
    story.fold(c.Accept(opd=DISDIKBUD), actor=ACTOR)
    assert story.case.holder == BUDI.account
    hand = commands_team.HandOver(opd=DISDIKBUD, to=colleague(RINA), by=BUDI.name, text="Saya cuti.")
    [mail] = story.fold(hand, keys=(story.key, RINA.account), actor=ACTOR)
    assert isinstance(mail, ReplyRequested)
    assert mail.template == "case_handed"
    assert story.case.holder == RINA.account
    assert story.case.notes[-1].text == "Diserahkan kepada Rina Wulandari. Saya cuti."
    story.fold(c.Progress(opd=DISDIKBUD, text="Sudah ditelepon."), actor=ACTOR)
    assert story.case.holder == RINA.account


def test_a_system_is_never_responsible() -> None:
    story = assigned()
    story.fold(c.Accept(opd=DISDIKBUD), actor=f"opd:{DISDIKBUD}")
    assert story.case.holder is None


def test_whoever_takes_a_case_over_gets_no_mail() -> None:
    story = assigned()
    take = commands_team.HandOver(opd=DISDIKBUD, to=colleague(BUDI), by=BUDI.name, text="", quiet=True)
    assert story.fold(take, keys=(story.key, BUDI.account), actor=ACTOR) == []
    assert story.case.notes[-1].text == "Diambil alih oleh Budi Hartono."


def test_another_opd_an_ended_case_and_a_full_row_take_no_note() -> None:
    story = assigned()
    written = commands_team.WriteNote(opd="dishub", text=TEXT, by="Budi")
    assert isinstance(refused(story, written), NotYours)
    assert isinstance(refused(closed(), commands_team.WriteNote(opd=DISDIKBUD, text=TEXT, by="Budi")), WrongState)
    full = tuple(Note(opd=DISDIKBUD, by="Budi", text="x", at=START) for _ in range(200))
    story.states[story.key] = story.case.with_(notes=full)
    assert isinstance(refused(story, commands_team.WriteNote(opd=DISDIKBUD, text=TEXT, by="Budi")), NotesFull)
