"""Evidence in intake: the look of a picture, its metadata, and the lines that the reporter reads."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from PIL import Image, ImageOps

from services.intake.actions.evidence import _said_by_metadata, metres_between
from services.intake.media.looks import NEAR, look_of, mirrored
from services.intake.rules.commands import DoubtEvidence
from services.intake.rules.links import EvidenceLink
from services.intake.state import Complaint, TimelineEntry
from shared.events.cases_evidence import EvidenceReviewed
from shared.events.cases_helpers import HelperContributed
from shared.events.fact import Attachment
from shared.events.submissions_evidence import Doubt, EvidenceDoubted
from shared.ids import new_id
from tests.support.photo_pairs import edited, original
from tests.unit.intake.test_intake_files import KEY, folded

NOW = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
# Samarinda. One thousandth of a degree of latitude is 111 metres.
HERE = {"latitude": -0.5, "longitude": 117.15}
DOUBT = Doubt(kind="own_photo", earlier=str(new_id()))


def picture(pixels: Any) -> Image.Image:
    return Image.fromarray(pixels[:, :, ::-1])


def distance(one: int, other: int) -> int:
    return ((one ^ other) & ((1 << 64) - 1)).bit_count()


def test_a_picture_with_a_part_edited_looks_like_the_first() -> None:
    first = original(1)
    assert distance(look_of(picture(first)), look_of(picture(edited(1, first, "removed")))) <= NEAR


def test_pictures_of_two_places_do_not_look_alike() -> None:
    looks = [look_of(picture(original(seed))) for seed in (0, 1, 2)]
    assert min(distance(looks[0], looks[1]), distance(looks[1], looks[2]), distance(looks[0], looks[2])) > NEAR


def test_the_look_of_a_mirror_image_follows_from_the_look() -> None:
    # Spots that are equally bright count as no step in either direction.
    shown = picture(original(2))
    assert distance(mirrored(look_of(shown)), look_of(ImageOps.mirror(shown))) <= NEAR // 2
    assert mirrored(mirrored(look_of(shown))) == look_of(shown)


def row(**more: Any) -> dict[str, Any]:
    return {"taken_at": None, "filed_at": NOW, "latitude": None, "longitude": None} | more


@pytest.mark.parametrize(
    ("evidence", "own", "kinds"),
    [
        (row(), [HERE], []),
        (row(taken_at=NOW + timedelta(days=2)), [], []),
        (row(taken_at=NOW - timedelta(minutes=1)), [], ["before_complaint"]),
        (row(**HERE), [], []),
        (row(**HERE), [{"latitude": None, "longitude": None}], []),
        (row(latitude=-0.5017, longitude=117.15), [HERE], []),
        (row(latitude=-0.5019, longitude=117.15), [HERE], ["far_away"]),
        (row(latitude=-0.5019, longitude=117.15), [HERE, {"latitude": -0.5019, "longitude": 117.15}], []),
    ],
)
def test_time_and_place_speak_against_a_photo_and_their_absence_does_not(
    evidence: dict[str, Any], own: list[dict[str, Any]], kinds: list[str]
) -> None:
    assert [doubt.kind for doubt in _said_by_metadata(evidence, own)] == kinds


def test_a_thousandth_of_a_degree_is_111_metres() -> None:
    assert metres_between(HERE, HERE | {"latitude": -0.501}) == pytest.approx(111.2, abs=0.1)


def answered_with(*photos: UUID) -> Complaint:
    return Complaint(ticket="KT-1", timeline=(TimelineEntry(at=NOW, what="resolved", files=photos),))


def test_a_doubt_is_told_to_the_router_and_to_the_reporter_once() -> None:
    shown, other = new_id(), new_id()
    change = folded(answered_with(shown, other), DoubtEvidence(shown, (DOUBT,)))
    [out] = change.events
    assert isinstance(out.data, EvidenceDoubted)
    assert out.data.doubts == (DOUBT,)
    after = change.states[KEY]
    assert isinstance(after, Complaint)
    again = folded(after, DoubtEvidence(other, (DOUBT,))).states[KEY]
    assert isinstance(again, Complaint)
    assert [entry.what for entry in again.timeline] == ["resolved", "evidence_doubted"]


def test_the_photos_of_a_helpers_part_are_kept_as_evidence_and_the_reporter_reads_nothing_of_them() -> None:
    photo = Attachment(id=str(new_id()), sha256="ab" * 32, type="image/jpeg", size=9)
    fact = HelperContributed(
        assignment_id=new_id(), opd="dishub", text="Halte dipindahkan.", evidence=(photo,), outcome="explained"
    )
    change = folded(Complaint(ticket="KT-1"), fact)
    assert change.rows == (EvidenceLink(KEY, UUID(photo.id), photo.sha256),)
    assert dict(change.states) == {}
    doubted = folded(Complaint(ticket="KT-1"), DoubtEvidence(UUID(photo.id), (DOUBT,)))
    assert [out.data for out in doubted.events] == [EvidenceDoubted(file=photo.id, doubts=(DOUBT,))]
    reviewed = folded(Complaint(ticket="KT-1"), EvidenceReviewed(file=photo.id, verdict="cleared", reason="Sah."))
    for one in (doubted.states.get(KEY), reviewed.states.get(KEY)):
        assert one is None or (isinstance(one, Complaint) and one.timeline == ())


def test_an_erased_complaint_says_nothing() -> None:
    change = folded(Complaint(ticket="KT-1", erased=True), DoubtEvidence(new_id(), (DOUBT,)))
    assert (dict(change.states), change.events) == ({}, ())


@pytest.mark.parametrize("verdict", ["confirmed", "cleared"])
def test_the_reporter_reads_the_verdict_and_its_reason(verdict: Any) -> None:
    photo = new_id()
    fact = EvidenceReviewed(file=str(photo), verdict=verdict, reason="Lubang ditutup dengan gambar.")
    after = folded(answered_with(photo), fact).states[KEY]
    assert isinstance(after, Complaint)
    assert (after.timeline[-1].what, after.timeline[-1].quote) == (f"evidence_{verdict}", fact.reason)
