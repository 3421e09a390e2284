"""Files that intake fetched join their case, in order, once, and within the bounds of the row."""

from typing import Any

import pytest

from services.router.rules import commands as c
from services.router.rules.limits import KEPT_ATTACHMENTS, KEPT_REFUSALS, KEPT_VOICES
from shared.events.fact import Attachment
from shared.events.opd import Assignment
from shared.events.submissions import CitizenReplied, FileRefused, FilesAdded, SubmissionErased
from shared.ids import new_id
from tests.support.router_cases import assigned, closed, in_triage, resolved
from tests.support.router_facts import Story, submitted, types


def file(kind: str = "image/jpeg", **more: Any) -> Attachment:
    given: dict[str, Any] = {"id": str(new_id()), "sha256": "ab" * 32, "type": kind, "size": 1000}
    return Attachment(**(given | more))


def test_a_file_is_in_the_snapshot_of_the_opd_that_has_the_case() -> None:
    story, photo = assigned(), file()
    [snapshot] = story.fold(FilesAdded(files=(photo,)))
    assert isinstance(snapshot, Assignment)
    assert snapshot.attachments == (photo,)
    assert story.case.attachments == (photo,)


def test_a_file_that_comes_again_changes_nothing() -> None:
    story, photo = assigned(), file()
    story.fold(FilesAdded(files=(photo,)))
    before = story.case.attachments, story.case.voices
    story.fold(FilesAdded(files=(photo,)))
    assert (story.case.attachments, story.case.voices) == before


def test_a_file_that_a_submission_or_reply_names_already_is_not_named_twice() -> None:
    one, other = file(), file("audio/ogg")
    story = assigned(attachments=(one,))
    story.fold(CitizenReplied(text="Ini suaranya.", channel="web", attachments=(other,)))
    story.fold(FilesAdded(files=(one, other)))
    assert story.case.attachments == (one, other)
    assert [note.file for note in story.case.voices] == [other.id]


@pytest.mark.parametrize("begin", [in_triage, resolved, closed])
def test_a_file_moves_no_case(begin: Any) -> None:
    story: Story = begin()
    state, revision = story.case.state, story.case.revision
    story.fold(FilesAdded(files=(file(),)))
    assert (story.case.state, story.case.revision) == (state, revision)
    assert len(story.case.attachments) == 1


def test_a_file_that_could_not_be_kept_is_known_by_its_reason_alone() -> None:
    story = assigned()
    assert story.fold(FileRefused(id=str(new_id()), reason="gone")) == []
    assert story.case.refused_files == ("gone",)
    assert story.case.attachments == ()


def test_the_row_keeps_a_bounded_number_of_files() -> None:
    story = assigned()
    for _ in range(KEPT_ATTACHMENTS + 5):
        story.fold(FilesAdded(files=(file("audio/ogg"),)))
        story.fold(FileRefused(id=str(new_id()), reason="type"))
    assert len(story.case.attachments) == KEPT_ATTACHMENTS
    assert len(story.case.voices) == KEPT_VOICES
    assert len(story.case.refused_files) == KEPT_REFUSALS


def test_a_file_of_a_merged_case_reaches_the_case_that_goes_on() -> None:
    story = assigned()
    other = new_id()
    story.fold(submitted(ticket="KT-2222-3333-X"), key=other)
    story.fold(c.Merge(into=other), keys=(story.key, other))
    photo = file()
    said = story.fold(FilesAdded(files=(photo,)))
    survivor = story.states[other]
    assert survivor is not None
    assert survivor.attachments == (photo,)
    assert types(said) == ["assignment.snapshot"]


def test_an_erased_case_takes_no_file_and_keeps_none() -> None:
    story = assigned()
    story.fold(FilesAdded(files=(file("audio/ogg"),)))
    story.fold(SubmissionErased())
    assert story.case.attachments == ()
    assert story.case.voices == ()
    assert story.fold(FilesAdded(files=(file(),))) == []
    assert story.case.attachments == ()
