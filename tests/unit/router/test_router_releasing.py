"""A koordinator makes a photo public and takes it back; a protection takes it back by itself."""

from typing import Any

import pytest

from services.router.api.forms import DeskFormError, command_of
from services.router.api.views_pages import timeline_entry
from services.router.api.views_release import as_releasable
from services.router.rules import commands as c
from services.router.rules.commands_release import ReleaseFile
from services.router.rules.release_refusals import ConfidentialPhoto, NoSuchPhoto, NotReleased, ReleasedAlready
from services.router.rules.releasing import photos_of
from services.router.store import CaseEvent
from shared.events.cases_files import FileReleased
from shared.events.submissions import SourceChanged, SubmissionErased
from shared.ids import new_id
from tests.support.router_cases import DISDIKBUD, SAYS, assigned, refused
from tests.support.router_facts import SCHOOL, START, Story, types
from tests.support.router_sp4n import there
from tests.unit.router.test_router_files import file

PHOTO, AFTER = file(), file("image/webp")
REASON = "Tidak ada wajah, pelat nomor, atau rumah."


def release(photo: str = PHOTO.id, *, public: bool = True, **more: Any) -> ReleaseFile:
    return ReleaseFile(file=photo, public=public, reason=REASON, **more)


def with_photos(**more: Any) -> Story:
    story = assigned(attachments=(PHOTO, file("audio/ogg"), file("application/pdf")), **more)
    evidence = (AFTER, file("application/pdf"), file(id="arsip-instansi-7"))
    story.fold(c.Resolve(opd=DISDIKBUD, answer=SAYS, evidence=evidence))
    return story


@pytest.mark.parametrize("photo", [PHOTO.id, AFTER.id], ids=["of the complaint", "of the answer"])
def test_a_photo_of_complaint_or_answer_is_released_and_taken_back(photo: str) -> None:
    story = with_photos()
    assert story.fold(release(photo)) == [FileReleased(file=photo, public=True, reason=REASON)]
    assert list(story.case.public_files) == [photo]
    assert isinstance(refused(story, release(photo)), ReleasedAlready)
    assert story.fold(release(photo, public=False)) == [FileReleased(file=photo, public=False, reason=REASON)]
    assert not story.case.public_files
    assert isinstance(refused(story, release(photo, public=False)), NotReleased)


def test_only_photos_that_lie_in_our_store_can_be_released() -> None:
    story = with_photos()
    assert photos_of(story.case) == (PHOTO.id, AFTER.id)
    for one in (*(one.id for one in story.case.attachments if one != PHOTO), "arsip-instansi-7", str(new_id())):
        assert isinstance(refused(story, release(one)), NoSuchPhoto)


def test_a_confidential_case_has_no_public_photo() -> None:
    story = with_photos(rahasia=True)
    assert isinstance(refused(story, release()), ConfidentialPhoto)
    assert as_releasable(story.case) == []


@pytest.mark.parametrize("protection", ["anonim", "rahasia"])
def test_a_later_protection_takes_every_photo_back(protection: str) -> None:
    story = with_photos()
    for one in (PHOTO, AFTER):
        story.fold(release(one.id))
    values: dict[str, Any] = {
        "changed": (protection,),
        "source": "Website",
        "text": SCHOOL,
        "filed_at": START,
        "external": there("resolved"),
        protection: True,
    }
    said = [one for one in story.fold(SourceChanged(**values)) if isinstance(one, FileReleased)]
    assert [(one.file, one.public) for one in said] == [(PHOTO.id, False), (AFTER.id, False)]
    assert story.case.public_files == ()
    assert [one for one in story.fold(SourceChanged(**values)) if isinstance(one, FileReleased)] == []


def test_an_erased_case_keeps_no_released_photo() -> None:
    story = with_photos()
    story.fold(release())
    story.fold(SubmissionErased())
    assert (story.case.public_files, story.case.answer_photos) == ((), ())


def test_a_release_for_an_older_revision_is_refused() -> None:
    story = with_photos()
    assert refused(story, release(revision=story.case.revision - 1)).code == "stale_revision"
    assert types(story.fold(release(revision=story.case.revision))) == ["case.file_released"]


def test_the_desk_sees_the_photos_and_which_of_them_are_public() -> None:
    story = with_photos()
    story.fold(release(AFTER.id))
    shown = [(one["file"], one["name"], one["public"]) for one in as_releasable(story.case)]
    assert shown == [(PHOTO.id, "Foto pelapor 1", False), (AFTER.id, "Foto jawaban 1", True)]


@pytest.mark.parametrize(
    ("public", "words"), [(True, "Foto ditampilkan kepada umum"), (False, "Foto ditarik dari umum")]
)
def test_the_timeline_of_the_desk_names_actor_and_reason(public: bool, words: str) -> None:
    fact = FileReleased(file=PHOTO.id, public=public, reason=REASON)
    data = fact.model_dump(mode="json")
    line = timeline_entry(CaseEvent(type=fact.TYPE, actor="koordinator:7", at=START, data=data))
    assert (line["text"], line["quote"]) == (f"{words} oleh Admin koordinator, akun 7", REASON)


async def nobody(_name: str) -> None:
    raise AssertionError


async def test_the_form_becomes_the_command_and_asks_for_the_reason() -> None:
    typed = {"tindakan": "umumkan", "foto": PHOTO.id, "kolom": "alasan-umum-2", "revisi": "3", "umum": "tidak"}
    with pytest.raises(DeskFormError) as caught:
        await command_of(typed, arbiter=False, find_key=nobody)
    assert "alasan-umum-2" in caught.value.errors
    written = typed | {"alasan-umum-2": REASON}
    assert await command_of(written, arbiter=False, find_key=nobody) == release(public=False, revision=3)
    with pytest.raises(DeskFormError):
        await command_of(written | {"umum": "?"}, arbiter=False, find_key=nobody)
