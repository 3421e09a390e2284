"""Doubted evidence waits for a second person, and a photo that proves nothing brings the case back."""

from typing import Any

import pytest

from services.router.api.forms import DeskFormError
from services.router.api.forms_appeals import decision_of
from services.router.api.views_evidence import as_doubted
from services.router.api.views_helpers import as_helpers
from services.router.errors import NoSuchDoubt, SamePerson
from services.router.rules import commands as c
from services.router.rules.commands_help import Contribute
from shared.events.cases_evidence import EvidenceReviewed
from shared.events.fact import Attachment
from shared.events.submissions_evidence import Doubt, EvidenceDoubted
from shared.ids import new_id
from tests.support.router_cases import DISDIKBUD, SAYS, assigned, closed, refused
from tests.support.router_facts import Story, types
from tests.support.router_helpers import DISHUB, PART, helped

PHOTO, OTHER = str(new_id()), str(new_id())
OFFICER, PERSON = f"opd:{DISDIKBUD}:{new_id()}", new_id()
DOUBTS = (Doubt(kind="own_photo", earlier=str(new_id()), mirrored=True, covered=1.0, changed=0.05),)


def doubted(story: Story, *files: str) -> Story:
    for file in files or (PHOTO,):
        assert story.fold(EvidenceDoubted(file=file, doubts=DOUBTS)) == []
    return story


def answered(actor: str = OFFICER) -> Story:
    story = assigned()
    story.fold(c.Resolve(opd=DISDIKBUD, answer=SAYS), actor=actor)
    return story


def review(verdict: Any = "confirmed", file: str = PHOTO) -> c.ReviewEvidence:
    return c.ReviewEvidence(file=file, verdict=verdict, reason="Lubang ditutup dengan gambar.")


@pytest.mark.parametrize("ended", [False, True])
def test_a_confirmed_doubt_reopens_an_answered_or_closed_case(ended: bool) -> None:
    story = doubted(closed() if ended else answered())
    assert [one.file for one in story.case.doubted] == [PHOTO]
    said = story.fold(review(), actor=f"supervisor:{PERSON}")
    assert types(said) == ["case.evidence_reviewed", "case.reopened", "assignment.snapshot"]
    assert said[0] == EvidenceReviewed(file=PHOTO, verdict="confirmed", reason="Lubang ditutup dengan gambar.")
    assert (story.case.state, story.case.round, story.case.doubted) == ("in_progress", 2, ())


def test_a_cleared_doubt_leaves_the_answer_and_the_other_doubts() -> None:
    story = doubted(answered(), PHOTO, OTHER)
    assert types(story.fold(review("cleared"), actor=f"supervisor:{PERSON}")) == ["case.evidence_reviewed"]
    assert (story.case.state, [one.file for one in story.case.doubted]) == ("resolved", [OTHER])


def test_the_same_doubt_twice_is_one() -> None:
    assert len(doubted(answered(), PHOTO, PHOTO).case.doubted) == 1


@pytest.mark.parametrize("role", ["supervisor", "arbiter"])
def test_whoever_answered_cannot_decide_in_another_role_either(role: str) -> None:
    story = doubted(answered(f"opd:{DISDIKBUD}:{PERSON}"))
    assert isinstance(refused(story, review("cleared"), actor=f"{role}:{PERSON}"), SamePerson)


def test_without_a_doubt_there_is_nothing_to_decide() -> None:
    assert isinstance(refused(answered(), review(), actor="supervisor:a"), NoSuchDoubt)
    assert isinstance(refused(doubted(answered()), review(file=OTHER), actor="supervisor:a"), NoSuchDoubt)


def test_a_new_answer_has_its_own_doubts() -> None:
    story = doubted(answered())
    story.fold(review(), actor="supervisor:a")
    story.fold(c.Resolve(opd=DISDIKBUD, answer=SAYS), actor=OFFICER)
    assert story.case.doubted == ()


def test_doubts_about_a_case_that_is_at_work_again_are_noted() -> None:
    story = assigned()
    assert types(story.fold(EvidenceDoubted(file=PHOTO, doubts=DOUBTS))) == ["case.noted"]
    assert story.case.doubted == ()


def part_given() -> Story:
    """A helper has given its part with a photo, and something speaks against the photo."""
    story = helped()
    files = (Attachment(id=PHOTO, sha256="ab" * 32, type="image/jpeg", size=10),)
    story.fold(Contribute(opd=DISHUB, text=PART, outcome="explained", evidence=files), actor=f"opd:{DISHUB}:{PERSON}")
    return doubted(story)


def test_a_doubt_about_a_helpers_photo_waits_for_a_second_person_and_outlives_the_answer() -> None:
    story = part_given()
    story.fold(c.Resolve(opd=DISDIKBUD, answer=SAYS), actor=OFFICER)
    assert [one.file for one in story.case.doubted] == [PHOTO]
    assert isinstance(refused(story, review(), actor=f"supervisor:{PERSON}"), SamePerson)
    assert types(story.fold(review(), actor="supervisor:a"))[:2] == ["case.evidence_reviewed", "case.reopened"]
    assert story.case.doubted == ()


@pytest.mark.parametrize(("verdict", "missing"), [("confirmed", [DISHUB]), ("cleared", [])])
def test_before_the_answer_a_confirmed_doubt_asks_the_helper_again(verdict: str, missing: list[str]) -> None:
    story = part_given()
    assert [one["doubted"] for one in as_helpers(story.case, story.now)] == [True]
    story.fold(review(verdict), actor="supervisor:a")
    assert (story.case.state, story.case.doubted) == ("assigned", ())
    assert [one.opd for one in story.case.missing] == missing
    if missing:
        assert story.case.missing[0].task.endswith("tidak diterima: Lubang ditutup dengan gambar.")


@pytest.mark.parametrize(
    ("doubt", "words"),
    [
        (DOUBTS[0], "Foto ini berasal dari foto pelapor sendiri, dibalik seperti di cermin, 5% bagiannya berbeda."),
        (
            Doubt(kind="earlier_evidence", earlier=PHOTO, covered=1.0),
            "Foto ini berasal dari bukti jawaban sebelumnya, tanpa perbedaan.",
        ),
        (Doubt(kind="before_complaint"), "Menurut kameranya, foto ini diambil sebelum aduan masuk."),
        (
            Doubt(kind="far_away", metres=1240),
            "Menurut kameranya, foto ini diambil di tempat lain, 1240 meter dari tempat foto pelapor.",
        ),
        (Doubt(kind="not_compared"), "Foto ini tidak dapat dibandingkan secara otomatis."),
    ],
)
def test_the_desk_reads_what_speaks_against_a_photo(doubt: Doubt, words: str) -> None:
    story = answered()
    story.fold(EvidenceDoubted(file=PHOTO, doubts=(doubt,)))
    assert as_doubted(story.case) == [{"file": PHOTO, "doubts": [{"words": words, "earlier": doubt.earlier}]}]


def test_the_form_of_the_supervisors_becomes_the_command_and_asks_for_the_reason() -> None:
    typed = {"tindakan": "bukti", "foto": PHOTO, "kolom": "alasan-bukti-1", "revisi": "3", "putusan": "cleared"}
    with pytest.raises(DeskFormError) as caught:
        decision_of(typed)
    assert "alasan-bukti-1" in caught.value.errors
    command = decision_of(typed | {"alasan-bukti-1": "Foto baru."})
    assert command == c.ReviewEvidence(file=PHOTO, verdict="cleared", reason="Foto baru.", revision=3)
    with pytest.raises(DeskFormError):
        decision_of(typed | {"alasan-bukti-1": "x", "putusan": "?"})
