"""The fate of an awaited file is one event and one line of its complaint; a correction is told from other words."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.intake.api.sentences import sentence
from services.intake.rules.commands import SettleFile
from services.intake.rules.commands_citizen import Reply
from services.intake.rules.fold import fold
from services.intake.rules.limits import ENTRIES
from services.intake.rules.links import FileSaid
from services.intake.rules.voice import CORRECTED_WITHIN, agrees, is_correction
from services.intake.state import Complaint, TimelineEntry, VoiceText
from shared.events.cases_voice import VoiceWritten
from shared.events.fact import Attachment
from shared.events.submissions import CitizenReplied, FileRefused, FilesAdded
from shared.ids import new_id
from shared.labels import FILE_REASONS
from shared.pipeline import Change, Item
from tests.support.router_facts import START

KEY = UUID("0195a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b")
WORDS = "Lampu jalan di Loa Janan padam sejak Senin malam."
NOTE = "00000000-0000-7000-8000-000000000001"


def folded(complaint: Complaint | None, data: Any, *, later: timedelta = timedelta(0)) -> Change[Any]:
    at = START + later
    item = Item(key=KEY, data=data, actor="uji", at=at, id=new_id(), keys=(KEY,))
    return fold({KEY: complaint}, item, at)


def kept(kind: str = "image/jpeg") -> SettleFile:
    media = new_id()
    return SettleFile(media, Attachment(id=str(media), sha256="ab" * 32, type=kind, size=1000))


def lines(complaint: Complaint) -> list[str]:
    return [sentence(entry) for entry in complaint.timeline]


def test_a_kept_file_is_one_event_one_line_and_one_note_that_it_was_said() -> None:
    command = kept()
    change = folded(Complaint(ticket="KT-1"), command)
    assert command.file is not None
    assert [out.data for out in change.events] == [FilesAdded(files=(command.file,))]
    assert change.rows == (FileSaid(KEY, command.media),)
    assert lines(change.states[KEY]) == ["1 foto ditambahkan."]


def test_files_of_one_kind_in_a_row_share_a_line() -> None:
    complaint = Complaint(ticket="KT-1")
    for kind in ("image/jpeg", "image/png", "image/webp", "audio/ogg", "video/mp4", "application/pdf", "image/jpeg"):
        complaint = folded(complaint, kept(kind)).states[KEY]
    assert lines(complaint) == [
        "3 foto ditambahkan.",
        "1 pesan suara ditambahkan.",
        "1 video ditambahkan.",
        "1 berkas ditambahkan.",
        "1 foto ditambahkan.",
    ]


@pytest.mark.parametrize("reason", sorted(FILE_REASONS))
def test_a_file_that_was_refused_is_told_in_words(reason: str) -> None:
    media = new_id()
    change = folded(Complaint(ticket="KT-1"), SettleFile(media, reason=reason))
    assert [out.data for out in change.events] == [FileRefused(id=str(media), reason=reason)]
    assert FILE_REASONS[reason] in lines(change.states[KEY])[0]


def test_refused_files_have_a_line_each_and_the_timeline_stays_bounded() -> None:
    complaint = Complaint(ticket="KT-1", timeline=(TimelineEntry(at=START, what="submitted"),))
    for _ in range(ENTRIES + 10):
        complaint = folded(complaint, SettleFile(new_id(), reason="gone")).states[KEY]
    assert len(complaint.timeline) <= ENTRIES


@pytest.mark.parametrize("complaint", [None, Complaint(erased=True)])
def test_a_file_of_an_erased_complaint_is_said_by_nobody_and_not_asked_for_again(complaint: Complaint | None) -> None:
    command = kept()
    change = folded(complaint, command)
    assert (change.states, change.events) == ({}, ())
    assert change.rows == (FileSaid(KEY, command.media),)


def written() -> Complaint:
    after = folded(Complaint(ticket="KT-1", state="assigned"), VoiceWritten(file=NOTE, text=WORDS)).states[KEY]
    assert isinstance(after, Complaint)
    return after


def replied(text: str, *, later: timedelta = timedelta(hours=1)) -> tuple[CitizenReplied, Complaint]:
    change = folded(written(), Reply(text, "whatsapp"), later=later)
    fact = change.events[0].data
    assert isinstance(fact, CitizenReplied)
    return fact, change.states[KEY]


def test_what_was_written_down_stands_in_the_timeline() -> None:
    complaint = written()
    [entry] = complaint.timeline
    assert (entry.quote, complaint.written) == (WORDS, VoiceText(file=NOTE, text=WORDS, asked_at=START))


@pytest.mark.parametrize(
    "text",
    [
        "Bukan lampu, yang rusak jembatannya pak",
        "salah, yang padam lampu di Loa Kulu sudah 3 hari",
        "lampu jalannya padam dari Minggu malam",
    ],
)
def test_a_text_that_says_better_what_happened_corrects(text: str) -> None:
    fact, after = replied(text)
    assert (fact.corrects, fact.text) == (NOTE, text)
    assert after.written is not None
    assert after.written.asked_at is None


@pytest.mark.parametrize(
    "text",
    [
        "kapan diperbaiki?",
        "terima kasih pak",
        "ya betul",
        "sudah nyala lagi pak, terima kasih",
        "mohon segera",
        "salah",
        "pohon tumbang menutup jalan di Tenggarong",
    ],
)
def test_other_words_stay_a_reply_that_corrects_nothing(text: str) -> None:
    assert replied(text)[0].corrects is None


def test_a_yes_ends_the_question_and_other_words_do_not() -> None:
    assert [replied(text)[1].written.asked_at is None for text in ("ya betul", "mohon segera")] == [True, False]  # type: ignore[union-attr]


def test_a_late_text_corrects_nothing() -> None:
    text = "lampu jalannya padam dari Minggu malam"
    assert replied(text, later=CORRECTED_WITHIN)[0].corrects == NOTE
    assert replied(text, later=CORRECTED_WITHIN + timedelta(seconds=1))[0].corrects is None


def test_a_correction_that_the_router_took_over_is_a_line_without_a_second_quote() -> None:
    better = "Lampu jalan padam dari Minggu."
    complaint = folded(written(), VoiceWritten(file=NOTE, text=better, corrected=True)).states[KEY]
    assert [entry.quote for entry in complaint.timeline] == [WORDS, None]
    assert complaint.written == VoiceText(file=NOTE, text=better)


def test_only_a_yes_agrees() -> None:
    assert [agrees(text) for text in ("Betul", "ya pak betul", "sudah", "", "betul tapi salah tempat")] == [
        True,
        True,
        False,
        False,
        False,
    ]
    assert not is_correction("", WORDS)
