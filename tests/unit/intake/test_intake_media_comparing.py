"""Edited copies of a photo are found, and honest photos of the same place are not accused."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from services.intake.media import apart
from services.intake.media.comparing import Photo, described, same_exposure
from services.intake.media.errors import MediaRefused
from services.intake.media.findings import SameExposure
from tests.support.photo_pairs import EDITS, edited, original, retake
from tests.support.photo_scenes import Picture

# A hundred pairs of each sort, in groups that can run side by side.
GROUPS = [range(start, start + 25) for start in range(0, 100, 25)]
KINDS = list(EDITS)


def photo(picture: Picture) -> Photo:
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    share = 800 / max(grey.shape)
    size = (round(grey.shape[1] * share), round(grey.shape[0] * share))
    return described(np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), dtype=np.uint8))


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seeds", GROUPS, ids=lambda seeds: f"{seeds.start}-{seeds.stop - 1}")
def test_edited_copies_are_found_and_honest_photos_are_not_accused(seeds: range) -> None:
    missed, accused = [], []
    for seed in seeds:
        picture = original(seed)
        first, kind = photo(picture), KINDS[seed // 4 % len(KINDS)]
        if same_exposure(photo(edited(seed, picture, kind)), first) is None:
            missed.append((seed, kind))
        if same_exposure(photo(retake(seed)), first) is not None:
            accused.append(seed)
    # At most 5 of a hundred may be missed, and 2 accused: in a group of 25, one and none.
    assert len(missed) <= 1, missed
    assert accused == []


def found(seed: int, kind: str) -> SameExposure:
    first = original(seed)
    relation = same_exposure(photo(edited(seed, first, kind)), photo(first))
    assert relation is not None
    return relation


def test_a_copy_as_it_is_shows_no_change() -> None:
    first = original(1)
    assert same_exposure(photo(first), photo(first)) == SameExposure(mirrored=False, covered=1.0, changed=0.0)


def test_a_mirrored_copy_is_named_so() -> None:
    assert found(4, "mirrored").mirrored
    assert not found(4, "painted").mirrored


def test_a_painted_part_counts_as_changed() -> None:
    assert 0.01 < found(5, "painted").changed < 0.3


def test_a_screenshot_stems_from_the_photo_in_its_middle_only() -> None:
    assert 0.3 < found(2, "screenshot").covered < 0.6


def test_photos_of_two_places_have_nothing_in_common() -> None:
    assert same_exposure(photo(original(1)), photo(original(2))) is None


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_a_picture_without_any_detail_accuses_nobody(grey: int) -> None:
    plain = described(np.full((600, 800), grey, np.uint8))
    assert same_exposure(plain, plain) is None
    assert same_exposure(photo(original(1)), plain) is None


def test_a_photo_taken_a_hand_s_breadth_beside_the_first_is_a_photo_of_its_own() -> None:
    accused = [seed for seed in range(8) if same_exposure(photo(retake(seed, step=(0.05, 0.1))), photo(original(seed)))]
    assert accused == []


async def test_the_separate_process_compares_pictures_within_its_limits(tmp_path: Path) -> None:
    first, other = original(4), original(5)
    for name, picture in {"first": first, "other": other, "evidence": edited(4, first, "mirrored")}.items():
        Image.fromarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)).save(tmp_path / name, "WEBP", quality=75)
    relation, nothing = await apart.compare(tmp_path / "evidence", [tmp_path / "first", tmp_path / "other"])
    assert relation is not None
    assert relation.mirrored
    assert nothing is None


async def test_the_largest_thumbnails_are_compared_within_the_memory_limit(tmp_path: Path) -> None:
    picture = cv2.resize(original(6), (1280, 1280))
    for name in ("evidence", "first"):
        Image.fromarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)).save(tmp_path / name, "WEBP", quality=75)
    assert await apart.compare(tmp_path / "evidence", [tmp_path / "first"]) != [None]


async def test_more_pictures_than_the_time_allows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Image.fromarray(original(6)).save(tmp_path / "evidence", "WEBP", quality=75)
    monkeypatch.setattr(apart, "WALL_S", 0.05)
    with pytest.raises(MediaRefused):
        await apart.compare(tmp_path / "evidence", [tmp_path / "evidence"])
