"""Pairs of photos, drawn from seeds: edited copies of one exposure, and honest photos of a place taken anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import cv2
import numpy as np

from tests.support.photo_scenes import HEIGHT, WIDTH, Picture, Rng, View, grain, saved, scene, surface, take


def _stand(seed: int) -> View:
    """Return the view from which the photo of a complaint is taken."""
    rng = np.random.default_rng(seed + 2_000_000)
    down = float(rng.uniform(0.6, 1.1)) if is_flat(seed) else float(rng.uniform(-0.05, 0.12))
    place = (float(rng.uniform(-0.5, 0.5)), float(rng.uniform(-0.1, 0.1)), 0.0)
    return View(place=place, turn=(down, float(rng.uniform(-0.08, 0.08)), 0.0))


def is_flat(seed: int) -> bool:
    """Return whether the place of this seed is one flat surface. Every fourth is."""
    return seed % 4 == 3


def original(seed: int) -> Picture:
    """Return the photo of a complaint."""
    return take(surface(seed) if is_flat(seed) else scene(seed), _stand(seed), seed)


def retake(seed: int, *, step: tuple[float, float] = (0.15, 1.0)) -> Picture:
    """Return an honest photo of the same place after the repair: another step, another light, other passers-by.

    People stand where the first photo was taken as well as they can. ``step`` is how far beside it, in metres.
    """
    rng = np.random.default_rng(seed + 5_000_000)
    first = _stand(seed)
    aside = float(rng.uniform(*step)) * (1 if rng.random() < 0.5 else -1)
    moves = (aside, float(rng.uniform(-0.12, 0.12)), float(rng.uniform(-0.4, 0.4)))
    turns = (float(rng.uniform(-0.03, 0.03)), float(rng.uniform(-0.07, 0.07)), float(rng.uniform(-0.03, 0.03)))
    again = View(
        place=(first.place[0] + moves[0], first.place[1] + moves[1], first.place[2] + moves[2]),
        turn=(first.turn[0] + turns[0], first.turn[1] + turns[1], first.turn[2] + turns[2]),
        strength=float(rng.uniform(0.65, 1.2)),
        warmth=float(rng.uniform(-0.08, 0.08)),
        slope=float(rng.uniform(-0.5, 0.5)),
        noise=float(rng.uniform(2, 7)),
        quality=int(rng.integers(75, 93)),
    )
    # Not every repair is done, and an honest photo may show that.
    damaged = rng.random() < 0.15
    boards = surface(seed, damaged=damaged) if is_flat(seed) else scene(seed, damaged=damaged, passers=seed + 1)
    return take(boards, again, seed + 3_000_000)


def _spot(rng: Rng) -> tuple[slice, slice]:
    high, wide = int(rng.integers(110, 260)), int(rng.integers(140, 330))
    top, left = int(rng.integers(HEIGHT // 3, HEIGHT - high)), int(rng.integers(0, WIDTH - wide))
    return slice(top, top + high), slice(left, left + wide)


def removed(photo: Picture, rng: Rng) -> Picture:
    """Return the photo with a thing taken away by a tool that fills the gap."""
    small = cv2.resize(photo, (WIDTH // 2, HEIGHT // 2), interpolation=cv2.INTER_AREA)
    mask = np.zeros(photo.shape[:2], np.uint8)
    rows, columns = _spot(rng)
    mask[rows, columns] = 255
    little = cv2.resize(mask, (WIDTH // 2, HEIGHT // 2), interpolation=cv2.INTER_NEAREST)
    filled = cv2.resize(cv2.inpaint(small, little, 5, cv2.INPAINT_TELEA), (WIDTH, HEIGHT))
    return np.where(mask[..., None] > 0, filled, photo).astype(np.uint8)


def painted(photo: Picture, rng: Rng) -> Picture:
    """Return the photo with new asphalt drawn over a part, as a generator paints it."""
    rows, columns = _spot(rng)
    high, wide = rows.stop - rows.start, columns.stop - columns.start
    spot = np.zeros(photo.shape[:2], np.float32)
    middle = (columns.start + wide // 2, rows.start + high // 2)
    cv2.ellipse(spot, middle, (wide // 2, high // 2), 0, 0, 360, 1.0, -1)
    mask = cv2.GaussianBlur(spot, (0, 0), 9)[..., None]
    fresh = grain(rng, HEIGHT, WIDTH, (78, 78, 80), 7)
    return (photo * (1 - mask) + fresh * mask).astype(np.uint8)


def cropped(photo: Picture, rng: Rng) -> Picture:
    """Return a part of the photo, with a thing painted over."""
    share = float(rng.uniform(0.6, 0.92))
    high, wide = int(HEIGHT * share), int(WIDTH * share)
    top, left = int(rng.integers(0, HEIGHT - high)), int(rng.integers(0, WIDTH - wide))
    return painted(photo, rng)[top : top + high, left : left + wide]


def recoloured(photo: Picture, rng: Rng) -> Picture:
    """Return the photo in other colours, brightness and contrast, as a filter makes them."""
    tones = cv2.cvtColor(photo, cv2.COLOR_BGR2HSV).astype(np.int16)
    tones[..., 0] = (tones[..., 0] + int(rng.integers(-25, 25))) % 180
    tones[..., 1] = np.clip(tones[..., 1] * float(rng.uniform(0.2, 1.7)), 0, 255)
    turned = cv2.cvtColor(tones.astype(np.uint8), cv2.COLOR_HSV2BGR).astype(np.float32) / 255
    bright = np.power(turned, float(rng.uniform(0.6, 1.6))) * 255 * float(rng.uniform(0.85, 1.1))
    return np.clip(bright + float(rng.uniform(-15, 15)), 0, 255).astype(np.uint8)


def mirrored(photo: Picture, rng: Rng) -> Picture:
    """Return the photo as a mirror shows it, with a thing painted over."""
    return np.ascontiguousarray(painted(photo, rng)[:, ::-1])


def screenshot(photo: Picture, rng: Rng) -> Picture:
    """Return the photo as it stands on the screen of a phone, between the bars of a gallery."""
    wide = 720
    high = wide * HEIGHT // WIDTH
    screen = np.full((1280, wide, 3), 18, np.uint8)
    top = int(rng.integers(220, 1280 - high - 200))
    screen[top : top + high] = cv2.resize(removed(photo, rng), (wide, high), interpolation=cv2.INTER_AREA)
    cv2.putText(screen, "09.41", (30, 50), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (235, 235, 235), 2)
    cv2.putText(screen, "Bagikan   Edit   Hapus", (90, 1220), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (235, 235, 235), 2)
    return screen


EDITS: Final[dict[str, Callable[[Picture, Rng], Picture]]] = {
    "removed": removed,
    "painted": painted,
    "cropped": cropped,
    "recoloured": recoloured,
    "mirrored": mirrored,
    "screenshot": screenshot,
}


def edited(seed: int, photo: Picture, kind: str) -> Picture:
    """Return an edited copy of a photo, saved anew."""
    rng = np.random.default_rng(seed + 4_000_000)
    return saved(EDITS[kind](photo, rng), int(rng.integers(55, 90)))
