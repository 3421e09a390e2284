"""The comparison of two photos: whether they are one exposure, whole or with a part edited.

An edited copy lies on its original after nothing but a move, a turn and a scaling. A photo that somebody took anew has
another viewpoint, so near and far things move apart, and no such mapping fits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from services.intake.media.findings import SameExposure
from services.intake.media.kinds import PICTURES

Grey = NDArray[np.uint8]
Points = NDArray[np.float32]

# The longer side on which photos are compared, in pixels. All distances below are in these pixels.
_SIDE: Final = 800
_MOST_POINTS: Final = 1500
# The second best match must be clearly worse, or the point looks like many others.
_RATIO: Final = 0.75
_LEAST_MATCHES: Final = 25
# How far a homography may miss a matched point.
_NEAR: Final = 4.0
# A plain mapping of one exposure meets most of the homography's points to half a pixel. Of an honest photo taken a
# hand's breadth beside the first one, it meets less than a third.
_EXACT: Final = 0.5
_LEAST_EXACT: Final = 0.6
_LEAST_COVER: Final = 0.2
_BLOCK: Final = 16
# Blocks with less contrast than this are sky or plaster, and look alike in every photo.
_FLAT: Final = 4.0
_ALIKE: Final = 0.8
_OTHER: Final = 0.4
_LEAST_ALIKE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo as it is compared: its grey pixels and its local features."""

    grey: Grey
    points: Points
    features: NDArray[np.float32]


def compare(evidence: Path, earlier: Sequence[Path]) -> list[SameExposure | None]:
    """Return for each earlier picture how the evidence stems from it, or None."""
    cv2.setNumThreads(1)
    shown = _load(evidence)
    return [same_exposure(shown, _load(path)) for path in earlier]


def _load(path: Path) -> Photo:
    with Image.open(path, formats=[*PICTURES.values()]) as picture:
        grey = picture.convert("RGB").convert("L")
        grey.thumbnail((_SIDE, _SIDE))
        return described(np.asarray(grey))


def described(grey: Grey) -> Photo:
    """Return a grey picture with its local features."""
    # The stubs of OpenCV do not say that features and mappings can be missing.
    features: Any
    found, features = cv2.SIFT.create(nfeatures=_MOST_POINTS).detectAndCompute(grey, None)
    points = np.array([point.pt for point in found], dtype=np.float32).reshape(-1, 2)
    if features is None:
        features = np.empty((0, 128), dtype=np.float32)
    return Photo(grey, points, features.astype(np.float32))


def same_exposure(evidence: Photo, earlier: Photo) -> SameExposure | None:
    """Return how the evidence stems from the earlier photo, or None if it is a photo of its own."""
    if found := _stems(evidence, earlier, mirrored=False):
        return found
    return _stems(evidence, described(np.ascontiguousarray(earlier.grey[:, ::-1])), mirrored=True)


def _stems(evidence: Photo, earlier: Photo, *, mirrored: bool) -> SameExposure | None:
    mapping = _plain_mapping(evidence, earlier)
    if mapping is None:
        return None
    height, width = evidence.grey.shape
    laid = cv2.warpAffine(earlier.grey, mapping, (width, height), flags=cv2.INTER_AREA)
    inside = cv2.warpAffine(np.full_like(earlier.grey, 255), mapping, (width, height), flags=cv2.INTER_NEAREST)
    covered = float(np.mean(inside > 0))
    alike, changed = _compared(evidence.grey, laid.astype(np.uint8), inside > 0)
    if covered < _LEAST_COVER or alike < _LEAST_ALIKE:
        return None
    return SameExposure(mirrored, round(covered, 3), round(changed, 3))


def _plain_mapping(evidence: Photo, earlier: Photo) -> NDArray[np.float64] | None:
    """Return the move, turn and scaling that takes the earlier photo to the evidence, or None if there is none."""
    source, target = _matched(evidence, earlier)
    if len(source) < _LEAST_MATCHES:
        return None
    cv2.setRNGSeed(1)
    seen: Any
    _, seen = cv2.findHomography(source, target, cv2.RANSAC, _NEAR)
    if seen is None or int(seen.sum()) < _LEAST_MATCHES:
        return None
    kept = seen.ravel() == 1
    source, target = source[kept], target[kept]
    plain: Any
    plain, _ = cv2.estimateAffinePartial2D(source, target, method=cv2.RANSAC, ransacReprojThreshold=2 * _EXACT)
    if plain is None:
        return None
    missed = np.linalg.norm(source @ plain[:, :2].T + plain[:, 2] - target, axis=1)
    return np.asarray(plain, dtype=np.float64) if np.mean(missed < _EXACT) >= _LEAST_EXACT else None


def _matched(evidence: Photo, earlier: Photo) -> tuple[Points, Points]:
    """Return the points of both photos that look alike, and like no other point of the earlier photo."""
    if min(len(evidence.points), len(earlier.points)) < _LEAST_MATCHES:
        return evidence.points[:0], evidence.points[:0]
    pairs = cv2.BFMatcher(cv2.NORM_L2).knnMatch(evidence.features, earlier.features, k=2)
    good = [best for best, second in pairs if best.distance < _RATIO * second.distance]
    here, there = [match.queryIdx for match in good], [match.trainIdx for match in good]
    return earlier.points[there], evidence.points[here]


def _compared(evidence: Grey, laid: Grey, inside: NDArray[np.bool_]) -> tuple[float, float]:
    """Return the share of blocks that show the same, and the share that show something else."""
    one, two = _blocks(evidence.astype(np.float32)), _blocks(laid.astype(np.float32))
    whole = _blocks(inside).all(axis=1)
    one, two = one - one.mean(axis=1, keepdims=True), two - two.mean(axis=1, keepdims=True)
    spread_one, spread_two = one.std(axis=1), two.std(axis=1)
    rough = whole & (np.maximum(spread_one, spread_two) > _FLAT)
    if not rough.any():
        return 0.0, 0.0
    product = (one * two).mean(axis=1)[rough]
    likeness = product / np.maximum(spread_one * spread_two, 1.0)[rough]
    return float(np.mean(likeness > _ALIKE)), float(np.mean(likeness < _OTHER))


def _blocks(pixels: NDArray[Any]) -> NDArray[Any]:
    rows, columns = pixels.shape[0] // _BLOCK, pixels.shape[1] // _BLOCK
    cut = pixels[: rows * _BLOCK, : columns * _BLOCK]
    return cut.reshape(rows, _BLOCK, columns, _BLOCK).swapaxes(1, 2).reshape(rows * columns, _BLOCK * _BLOCK)
