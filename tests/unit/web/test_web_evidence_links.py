"""The signed values that carry photos of an answer from intake to the router."""

import pytest

from shared.events.fact import Attachment
from shared.web.evidence_links import EvidenceLinks, Permission

LINKS = EvidenceLinks(b"rahasia" * 8)
OWN = Permission("KT-7F3K-9Q2M-X", "dishub")
PHOTO = Attachment(id="01941f29-7c00-7000-8000-000000000001", sha256="a" * 64, type="image/jpeg", size=120_000)


def test_a_permission_names_its_case_and_opd() -> None:
    assert LINKS.permitted(LINKS.permit(OWN)) == OWN


def test_a_photo_comes_back_whole() -> None:
    sealed = LINKS.seal(PHOTO, OWN)
    assert LINKS.photos(sealed, OWN) == {sealed: PHOTO}
    assert " " not in sealed


@pytest.mark.parametrize("other", [Permission("KT-2222-3333-X", "dishub"), Permission(OWN.ticket, "disdikbud")])
def test_a_photo_counts_for_no_other_case_and_no_other_opd(other: Permission) -> None:
    assert LINKS.photos(LINKS.seal(PHOTO, OWN), other) == {}


def test_a_changed_value_and_one_of_another_kind_count_for_nothing() -> None:
    sealed = LINKS.seal(PHOTO, OWN)
    assert LINKS.photos(sealed[:-1] + ("A" if sealed[-1] != "A" else "B"), OWN) == {}
    assert LINKS.photos(LINKS.permit(OWN), OWN) == {}
    assert LINKS.permitted(sealed) is None
    assert LINKS.permitted("") is None


def test_an_answer_carries_five_photos_at_most() -> None:
    sealed = [LINKS.seal(PHOTO.model_copy(update={"id": str(number)}), OWN) for number in range(7)]
    assert len(LINKS.photos(" ".join(sealed), OWN)) == 5
