"""A referral that one key sends: its body follows from the place, or there is none."""

import pytest

from services.router.api.views_pages import ready_referral
from services.router.state import Case
from shared.events.fact import Authority


def test_the_place_names_the_city_and_the_citizen_reads_why() -> None:
    ready = ready_referral("regency_or_city", Case(place_code="64.72.01.1001", topic="street_light"))
    assert ready is not None
    assert ready["to"] == "Pemerintah Kota Samarinda"
    assert "wewenang Pemerintah Kota Samarinda" in ready["reason"]


@pytest.mark.parametrize(
    ("authority", "code"), [("regency_or_city", None), ("regency_or_city", "63.71"), ("centre", "64.72.01")]
)
def test_without_a_known_body_a_person_writes_the_referral(authority: Authority, code: str | None) -> None:
    assert ready_referral(authority, Case(place_code=code)) is None


def test_the_new_capital_has_one_body() -> None:
    ready = ready_referral("ikn", Case())
    assert ready is not None
    assert ready["to"] == "Otorita Ibu Kota Nusantara"
