"""A voice note is written down: its words are the text of the case, which is routed by them. The citizen may correct."""

from datetime import UTC, datetime

import pytest

from services.router.actions.voice_times import due_of_voice
from services.router.errors import NoSuchVoiceNote, StaleRevision
from services.router.rules import commands as c
from shared.events.cases_voice import VoiceWritten
from shared.events.fact import Attachment
from shared.events.opd import Assignment
from shared.events.submissions import VOICE_ONLY, CitizenReplied, FilesAdded
from shared.ids import new_id
from shared.worktime.office import office_hours
from tests.support.router_cases import assigned, refused
from tests.support.router_facts import SCHOOL, START, UNCLEAR, Story, submitted, types

WORDS = "Guru SMAN 5 tidak pernah masuk kelas sejak awal semester."
BETTER = "Maksud saya SMAN 8, gurunya tidak pernah masuk kelas sejak awal semester."
DANGER = "Rumah warga kebakaran di Loa Janan, ada orang terjebak di dalam."


def voice(number: int = 1) -> Attachment:
    return Attachment(id=f"00000000-0000-7000-8000-{number:012d}", sha256="ab" * 32, type="audio/ogg", size=9000)


def spoken(*files: Attachment) -> Story:
    """Return a case that began with a voice note alone."""
    story = Story()
    story.fold(submitted(VOICE_ONLY, channel="whatsapp", wordless=True))
    story.fold(FilesAdded(files=files or (voice(),)))
    return story


def test_a_voice_note_alone_waits_at_the_desk_and_on_the_list() -> None:
    story = spoken()
    assert (story.case.state, story.case.desk) == ("verification", "triage")
    assert story.case.voice_since == START


def test_the_words_become_the_text_and_the_case_is_routed_like_a_new_one() -> None:
    story = spoken()
    said = story.fold(c.WriteDown(file=voice().id, text=WORDS, revision=story.case.revision), actor="koordinator:1")
    plain = assigned(WORDS).case
    assert types(said) == ["case.voice_written", "case.reclassified", "case.assigned", "assignment.snapshot"]
    assert (story.case.text, story.case.voice_since, story.case.wordless) == (WORDS, None, False)
    assert (story.case.opd, story.case.class_, story.case.topic) == (plain.opd, plain.class_, plain.topic)
    snapshot = said[-1]
    assert isinstance(snapshot, Assignment)
    assert snapshot.text == WORDS
    assert [one.id for one in snapshot.attachments] == [voice().id]


def test_danger_that_only_the_voice_told_makes_the_case_urgent() -> None:
    story = spoken()
    said = story.fold(c.WriteDown(file=voice().id, text=DANGER))
    assert story.case.priority == "urgent"
    assert "case.reclassified" in types(said)


def test_words_that_decide_nothing_leave_the_case_at_the_desk() -> None:
    story = spoken()
    story.fold(c.WriteDown(file=voice().id, text=UNCLEAR))
    assert (story.case.state, story.case.desk, story.case.text) == ("verification", "triage", UNCLEAR)


def test_a_case_that_a_person_has_assigned_stays_where_it_is() -> None:
    story = spoken()
    story.fold(c.Assign(opd="dishub"))
    said = story.fold(c.WriteDown(file=voice().id, text=WORDS))
    assert story.case.opd == "dishub"
    assert "case.assigned" not in types(said)
    assert isinstance(said[-1], Assignment)
    assert said[-1].text == WORDS


def test_a_topic_and_class_that_a_person_has_set_stay() -> None:
    story = spoken()
    story.fold(c.Reclassify(reason="Didengar dulu.", class_="aspiration", topic="lampu_jalan"))
    story.fold(c.WriteDown(file=voice().id, text=WORDS))
    assert (story.case.class_, story.case.topic) == ("aspiration", "lampu_jalan")


def test_an_opd_that_declined_does_not_get_the_case_back_by_the_rules() -> None:
    story = spoken()
    story.fold(c.Assign(opd="disdikbud"))
    story.fold(c.Decline(opd="disdikbud", reason="Bukan wewenang kami."))
    story.fold(c.WriteDown(file=voice().id, text=WORDS))
    assert (story.case.state, story.case.opd) == ("verification", None)


def test_words_that_came_with_the_voice_note_stay_before_its_own() -> None:
    story = Story()
    story.fold(submitted("Assalamualaikum", wordless=True))
    story.fold(FilesAdded(files=(voice(),)))
    story.fold(c.WriteDown(file=voice().id, text=WORDS))
    assert story.case.text == f"Assalamualaikum\n{WORDS}"
    story.fold(CitizenReplied(text=BETTER, channel="whatsapp", corrects=voice().id))
    assert story.case.text == f"Assalamualaikum\n{BETTER}"


def test_a_voice_note_on_a_case_with_words_is_a_reply_that_the_opd_reads() -> None:
    story = assigned(SCHOOL)
    story.fold(FilesAdded(files=(voice(),)))
    said = story.fold(c.WriteDown(file=voice().id, text="Kelas XI paling sering kosong."))
    assert types(said) == ["case.voice_written", "assignment.snapshot"]
    assert story.case.text == SCHOOL
    assert story.case.replies[-1] == "Kelas XI paling sering kosong."


def test_the_second_voice_note_of_a_case_is_a_reply() -> None:
    story = spoken(voice(1), voice(2))
    story.fold(c.WriteDown(file=voice(1).id, text=WORDS))
    assert story.case.voice_since == START
    story.fold(c.WriteDown(file=voice(2).id, text="Sudah sering kami tanyakan."))
    assert (story.case.text, story.case.replies) == (WORDS, ("Sudah sering kami tanyakan.",))
    assert story.case.voice_since is None


def test_a_correction_takes_the_place_of_the_words_and_both_are_kept() -> None:
    story = spoken()
    story.fold(c.WriteDown(file=voice().id, text=WORDS))
    said = story.fold(CitizenReplied(text=BETTER, channel="whatsapp", corrects=voice().id))
    [note] = story.case.voices
    assert (note.text, note.before, story.case.text) == (BETTER, WORDS, BETTER)
    assert story.case.replies == (BETTER,)
    assert VoiceWritten(file=voice().id, text=BETTER, corrected=True) in said
    assert isinstance(said[-1], Assignment)
    assert said[-1].text == BETTER


def test_a_correction_of_a_later_voice_note_takes_the_place_of_its_reply() -> None:
    story = assigned(SCHOOL)
    story.fold(FilesAdded(files=(voice(),)))
    story.fold(c.WriteDown(file=voice().id, text="Kelas sebelas kosong."))
    story.fold(CitizenReplied(text="Bukan, kelas sepuluh yang kosong.", channel="web", corrects=voice().id))
    assert story.case.replies == ("Bukan, kelas sepuluh yang kosong.",)
    assert story.case.text == SCHOOL


def test_an_officer_may_write_the_words_anew() -> None:
    story = spoken()
    story.fold(c.WriteDown(file=voice().id, text=UNCLEAR))
    story.fold(c.WriteDown(file=voice().id, text=WORDS))
    [note] = story.case.voices
    assert (note.text, note.before, story.case.text) == (WORDS, UNCLEAR, WORDS)
    assert story.case.opd == "disdikbud"


@pytest.mark.parametrize("file", ["", "00000000-0000-7000-8000-00000000000f"])
def test_a_file_that_is_no_voice_note_of_the_case_cannot_be_written_down(file: str) -> None:
    story = spoken()
    assert isinstance(refused(story, c.WriteDown(file=file, text=WORDS)), NoSuchVoiceNote)


def test_a_case_that_has_moved_meanwhile_is_read_again_first() -> None:
    story = spoken()
    seen = story.case.revision
    story.fold(c.Assign(opd="dishub"))
    assert isinstance(refused(story, c.WriteDown(file=voice().id, text=WORDS, revision=seen)), StaleRevision)


def test_a_correction_of_something_unknown_is_an_ordinary_reply() -> None:
    story = spoken()
    story.fold(CitizenReplied(text=BETTER, channel="web", corrects=voice().id))
    story.fold(CitizenReplied(text=WORDS, channel="web", corrects=str(new_id())))
    assert story.case.replies == (BETTER, WORDS)
    assert story.case.text == VOICE_ONLY


@pytest.mark.parametrize(
    ("came", "due"),
    [
        # A Monday morning, a Friday afternoon, and a Saturday, in UTC; all after Ramadan.
        (datetime(2026, 4, 13, 0, 0, tzinfo=UTC), datetime(2026, 4, 13, 4, 0, tzinfo=UTC)),
        (datetime(2026, 4, 17, 7, 30, tzinfo=UTC), datetime(2026, 4, 20, 2, 30, tzinfo=UTC)),
        (datetime(2026, 4, 18, 2, 0, tzinfo=UTC), datetime(2026, 4, 20, 3, 30, tzinfo=UTC)),
    ],
)
def test_a_voice_note_is_due_after_four_working_hours(came: datetime, due: datetime) -> None:
    assert due_of_voice(office_hours(None, "uji"), came) == due
