"""The data of events as other readers than the case's officer see them."""

import pytest

from services.router.api.views import mask_texts
from shared.masking import masked


@pytest.mark.parametrize(
    "value",
    [
        "2026-11-25T22:34:05.123456Z",
        "2026-11-25T22:34:00.912345+08:00",
        "2026-03-16",
        "2f2cb6d5-48d0-4c62-bc05-cd0617189592",
        "KT-7F3K-9Q2M-X",
        "road",
    ],
)
def test_ids_and_times_stay_whole(value: str) -> None:
    assert mask_texts({"x": value, "n": 5}, masked) == {"x": value, "n": 5}


@pytest.mark.parametrize(
    "value", ["hubungi 0800 0000 0123", "NIK 6400 0000 0000 0001", "2026-11-25 hubungi 080000000123"]
)
def test_numbers_in_words_are_masked(value: str) -> None:
    assert "disamarkan" in mask_texts({"x": value}, masked)["x"]
