"""The regency or city of a complaint, as the router tells it to the readers of the case."""

import pytest

from shared.events.cases import Opened
from shared.reference import region_code, region_names
from tests.support.router_facts import Story, submitted


@pytest.mark.parametrize(
    ("text", "place", "region"),
    [
        ("Jalan provinsi berlubang di Loa Janan.", None, "64.02"),
        ("Jalan berlubang parah sekali.", "Jalan Wahid Hasyim, Samarinda Utara", "64.72"),
        ("Jalan berlubang parah sekali.", None, None),
        ("Jalan berlubang di Banjarmasin.", None, None),
    ],
)
def test_a_case_opens_with_the_region_that_its_text_or_place_names(
    text: str, place: str | None, region: str | None
) -> None:
    opened = Story().fold(submitted(text, place=place))[0]
    assert isinstance(opened, Opened)
    assert opened.region == region


def test_every_region_is_found_by_its_name() -> None:
    assert len(region_names()) == 10
    assert all(region_code(name) == code for code, name in region_names().items())
    assert region_code("Kota Banjarmasin") is None
