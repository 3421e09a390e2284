"""The list of a case holds all that must reach SP4N, and what SP4N shows is taken over. All on plain values."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from services.router.errors import TrackingIdNeeded
from services.router.rules import commands as c
from services.router.rules import commands_sp4n
from services.router.rules.sp4n_outgoing import ErasedThere, MirrorRow, files_of_complaint
from shared.events.cases_elsewhere import SourceAmended
from shared.events.fact import Attachment
from shared.events.submissions import CitizenReplied, ExternalStatusChanged, FilesAdded, SubmissionErased
from tests.support.router_facts import REFUSE, START, UNCLEAR, Story, from_sp4n
from tests.support.router_mirror_story import MirrorStory, opened

NUMBER = "9100001"


def whats(story: Story) -> list[str]:
    return [copy.what for copy in story.case.copies]


def mirrored() -> Story:
    story = opened()
    story.fold(commands_sp4n.Copied(number=1, tracking_id=NUMBER))
    return story


def work_off(story: Story) -> None:
    while story.case.copies:
        story.fold(commands_sp4n.Copied(number=story.case.copies[0].number, tracking_id=NUMBER))


def read(story: Story, status: str, **more: Any) -> commands_sp4n.TakeFromSp4n:
    there = story.case.in_sp4n
    assert there is not None
    given: dict[str, Any] = {
        "tracking_id": NUMBER,
        "status": status,
        "opd": there.opd,
        "anonim": False,
        "rahasia": False,
        "followups": (),
        "copied": story.case.copied,
        "status_by_us": False,
    }
    return commands_sp4n.TakeFromSp4n(**(given | more))


def said_there(number: int, text: str, minutes: int = 0, **more: Any) -> commands_sp4n.FollowUpThere:
    return commands_sp4n.FollowUpThere(
        id=number, at=START + timedelta(minutes=minutes), who="Pelapor", text=text, ours=False, **more
    )


def test_a_complaint_goes_there_when_an_opd_has_it() -> None:
    story = opened()
    assert whats(story) == ["complaint"]
    assert story.case.copies[0].to == "disdikbud"
    assert story.last.rows == (MirrorRow(story.key, None, 1, open=False),)


def test_one_that_waits_for_a_decision_does_not_go_yet() -> None:
    assert whats(opened(UNCLEAR)) == []


def test_a_referred_one_goes_there_and_then_to_its_target() -> None:
    story = opened(REFUSE, place="Samarinda")
    assert whats(story) == ["complaint", "referral"]
    assert story.case.copies[1].to


def test_without_its_number_the_complaint_is_not_there() -> None:
    story = opened()
    with pytest.raises(TrackingIdNeeded):
        story.fold(commands_sp4n.Copied(number=1))


def test_its_number_is_kept_beside_our_ticket() -> None:
    story = mirrored()
    there = story.case.in_sp4n
    assert there is not None
    assert (there.id, there.status) == (NUMBER, "assigned")
    assert story.last.rows == (MirrorRow(story.key, NUMBER, None, open=True),)


def test_answer_and_end_go_there_in_their_order() -> None:
    story = mirrored()
    story.fold(c.Resolve(opd="disdikbud", answer="Guru sudah kembali mengajar."))
    story.fold(c.Close(reason="selesai"))
    assert whats(story) == ["answer", "closed"]


def test_another_opd_here_is_another_one_there() -> None:
    story = mirrored()
    story.fold(c.Assign(opd="dishub", reason="Urusan angkutan sekolah."))
    assert whats(story) == ["moved"]
    assert story.case.copies[0].to == "dishub"


def test_after_the_citizens_answer_it_goes_on_there_too() -> None:
    story = mirrored()
    story.fold(c.Ask(opd="disdikbud", question="Kelas berapa?"))
    work_off(story)
    story.fold(CitizenReplied(text="Kelas X-3.", channel="web"))
    assert whats(story) == ["resumed"]


def test_the_end_there_ends_it_here_and_is_not_sent_back() -> None:
    story = mirrored()
    story.fold(c.Resolve(opd="disdikbud", answer="Guru sudah kembali mengajar."))
    work_off(story)
    story.fold(read(story, "Ditutup oleh Sistem"))
    assert story.case.state == "closed"
    assert whats(story) == []
    assert [news.kind for news in story.case.news] == ["closed_too"]


def test_an_echo_of_our_own_change_of_status_does_nothing() -> None:
    story = mirrored()
    story.fold(read(story, "Menunggu Kelengkapan Informasi", status_by_us=True))
    assert story.case.state == "assigned"


def test_a_question_there_makes_the_case_wait() -> None:
    story = mirrored()
    story.fold(read(story, "Menunggu Kelengkapan Informasi"))
    assert (story.case.state, story.case.asked_in) == ("awaiting_citizen", "sp4n")
    assert whats(story) == []


def test_what_was_read_before_our_last_change_is_old() -> None:
    story = mirrored()
    before = read(story, "Terverifikasi")
    story.fold(c.Ask(opd="disdikbud", question="Kelas berapa?"))
    work_off(story)
    story.fold(before)
    assert story.case.state == "awaiting_citizen"


def test_a_disposition_there_moves_the_case() -> None:
    story = mirrored()
    story.fold(read(story, "Terverifikasi", opd="Dinas Perhubungan"))
    assert story.case.opd == "dishub"
    assert whats(story) == []


def test_follow_ups_of_others_are_noted_once_and_ours_are_not() -> None:
    story = mirrored()
    ours = commands_sp4n.FollowUpThere(
        id=2, at=START + timedelta(minutes=2), who="Dinas", text="[Tanggap …]", ours=True
    )
    command = read(story, "Terverifikasi", followups=(said_there(1, "Sudah tiga hari.", 1), ours))
    first = story.fold(command)
    again = story.fold(command)
    assert [getattr(fact, "text", None) for fact in first] == ["Sudah tiga hari."]
    assert again == []


@pytest.mark.parametrize("flag", ["anonim", "rahasia"])
def test_protection_that_was_asked_for_there_holds_here_at_once(flag: str) -> None:
    story = mirrored()
    story.fold(read(story, "Terverifikasi", **{flag: True}))
    assert getattr(story.case, flag)
    story.fold(read(story, "Terverifikasi"))
    assert getattr(story.case, flag)


def test_an_erasure_asks_for_the_same_there() -> None:
    story = mirrored()
    story.fold(SubmissionErased())
    assert ErasedThere(story.key, NUMBER) in story.last.rows


def test_a_complaint_from_there_is_not_created_there_again() -> None:
    story = MirrorStory()
    story.fold(from_sp4n(opd="Dinas Pendidikan dan Kebudayaan"))
    assert whats(story) == []
    assert story.last.rows == (MirrorRow(story.key, "7000001", None, open=True),)


def test_protection_that_an_export_shows_of_a_complaint_of_ours_holds_here() -> None:
    story = opened(reporter_name="Warga Contoh")
    work_off(story)
    there = story.case.in_sp4n
    assert there is not None
    told = story.fold(ExternalStatusChanged(external=there, anonim=True))
    assert (story.case.anonim, story.case.rahasia, story.case.reporter_name) == (True, False, None)
    assert [one.changed for one in told if isinstance(one, SourceAmended)] == [("anonim",)]
    assert story.fold(ExternalStatusChanged(external=there)) == []
    assert story.case.anonim


def photo(number: int) -> Attachment:
    return Attachment(id=f"{number:08}-0000-7000-8000-000000000000", type="image/jpeg", size=900, sha256="0" * 64)


def test_a_file_that_comes_later_goes_by_an_entry_of_its_own_and_only_once() -> None:
    story = opened(attachments=(photo(1),))
    story.fold(CitizenReplied(text="Ini fotonya.", channel="web", attachments=(photo(2),)))
    assert whats(story) == ["complaint", "file"]
    assert files_of_complaint(story.case) == (photo(1),)
    story.fold(FilesAdded(files=(photo(2), photo(3))))
    assert [copy.file for copy in story.case.copies] == [None, photo(2).id, photo(3).id]
    work_off(story)
    story.fold(FilesAdded(files=(photo(3),)))
    assert whats(story) == []


def test_files_that_were_here_when_it_was_accepted_go_with_the_complaint() -> None:
    story = opened(UNCLEAR)
    story.fold(FilesAdded(files=(photo(1),)))
    story.fold(c.Assign(opd="disdikbud", reason="Urusan sekolah."))
    assert whats(story) == ["complaint"]
    assert files_of_complaint(story.case) == (photo(1),)
