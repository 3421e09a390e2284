"""Drawn places, and photos of them from any view.

A place has three dimensions: near and far things move apart when the camera moves, as in a real photo.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Rng = np.random.Generator

WIDTH, HEIGHT = 960, 720
_FOCAL: Final = 820.0


@dataclass(frozen=True)
class Board:
    """A flat thing in the scene: its upper left corner, its two sides, and what is painted on it.

    A ``mask`` of zero is clear.
    """

    corner: tuple[float, float, float]
    across: tuple[float, float, float]
    down: tuple[float, float, float]
    paint: Picture
    mask: Picture


@dataclass(frozen=True)
class View:
    """The place and turn of the camera, and the light: its strength, its warmth and the side from which it comes."""

    place: tuple[float, float, float] = (0.0, 0.0, 0.0)
    turn: tuple[float, float, float] = (0.0, 0.0, 0.0)
    strength: float = 1.0
    warmth: float = 0.0
    slope: float = 0.0
    noise: float = 4.0
    quality: int = 88


def grain(rng: Rng, height: int, width: int, base: tuple[float, float, float], depth: float) -> Picture:
    """Return a rough surface of one colour, with stains of every size."""
    total = np.zeros((height, width), np.float32)
    cells = 4
    while cells < width:
        stains = rng.standard_normal((max(2, cells * height // width), cells)).astype(np.float32)
        total += cv2.resize(stains, (width, height), interpolation=cv2.INTER_CUBIC) * depth / np.sqrt(cells / 4)
        cells *= 2
    fine = rng.standard_normal((height, width)).astype(np.float32) * depth * 0.35
    rough = np.array(base) + (total + fine)[..., None]
    return np.asarray(np.clip(rough, 0, 255), dtype=np.uint8)


def _solid(paint: Picture) -> Picture:
    return np.full(paint.shape[:2], 255, np.uint8)


def _colour(rng: Rng) -> tuple[int, int, int]:
    red, green, blue = (int(part) for part in rng.integers(40, 220, 3))
    return red, green, blue


def _ground(rng: Rng, damaged: bool) -> Board:
    paint = grain(rng, 1200, 800, (105, 108, 110), 9)
    for start in range(0, 1200, 160):
        cv2.rectangle(paint, (395, start), (410, start + 90), (215, 215, 210), -1)
    for _ in range(25):
        at = (int(rng.integers(800)), int(rng.integers(1200)))
        cv2.line(paint, at, (at[0] + int(rng.integers(-60, 60)), at[1] + int(rng.integers(-60, 60))), (60, 60, 62), 2)
    # The last stretch is nearest to the camera.
    middle = (int(rng.integers(300, 520)), int(rng.integers(930, 1080)))
    size = (int(rng.integers(50, 110)), int(rng.integers(30, 60)))
    hole = np.zeros(paint.shape[:2], np.uint8)
    cv2.ellipse(hole, middle, size, float(rng.integers(40)), 0, 360, 255, -1)
    inside = grain(rng, 1200, 800, (62, 70, 78) if damaged else (52, 52, 54), 14 if damaged else 5)
    paint[hole > 0] = inside[hole > 0]
    if damaged:
        cv2.ellipse(paint, middle, size, 0, 0, 360, (40, 42, 45), 3)
    return Board((-8, 1.6, 26), (16, 0, 0), (0, 0, -24.2), paint, _solid(paint))


def _house(rng: Rng, left: float, depth: float, wide: float, high: float) -> Board:
    paint = grain(rng, 420, 640, _colour(rng), 8)
    columns, rows = int(rng.integers(4, 8)), int(rng.integers(2, 4))
    for column in range(columns):
        for row in range(rows):
            x, y = 20 + column * 600 // columns, 40 + row * 360 // rows
            shade = int(rng.integers(20, 110))
            cv2.rectangle(paint, (x, y), (x + 360 // columns, y + 220 // rows), (shade, shade, shade + 15), -1)
            cv2.rectangle(paint, (x, y), (x + 360 // columns, y + 220 // rows), (200, 200, 195), 3)
    for _ in range(3):
        word = "".join(chr(int(code)) for code in rng.integers(65, 91, 6))
        at = (int(rng.integers(20, 450)), int(rng.integers(30, 400)))
        cv2.putText(paint, word, at, cv2.FONT_HERSHEY_DUPLEX, 1.1, _colour(rng), 2)
    return Board((left, 1.6 - high, depth), (wide, 0, 0), (0, high, 0), paint, _solid(paint))


def _tree(rng: Rng, left: float, depth: float) -> Board:
    paint = grain(rng, 400, 300, (40, 95, 45), 28)
    mask = np.zeros((400, 300), np.uint8)
    for _ in range(40):
        at = (int(rng.integers(40, 260)), int(rng.integers(30, 230)))
        cv2.circle(mask, at, int(rng.integers(15, 40)), 255, -1)
    cv2.rectangle(mask, (140, 200), (162, 400), 255, -1)
    paint[230:, 138:164] = grain(rng, 170, 26, (70, 62, 50), 15)
    return Board((left, -2.6, depth), (3.1, 0, 0), (0, 4.2, 0), paint, mask)


def _pole(rng: Rng, left: float, depth: float) -> Board:
    paint = grain(rng, 500, 30, (120, 118, 112), 16)
    for start in range(20, 480, 70):
        cv2.rectangle(paint, (0, start), (30, start + 18), _colour(rng), -1)
    return Board((left, -3.4, depth), (0.26, 0, 0), (0, 5.0, 0), paint, _solid(paint))


def _heap(rng: Rng, left: float, depth: float) -> Board:
    paint, mask = grain(rng, 200, 320, (90, 85, 80), 20), np.zeros((200, 320), np.uint8)
    for _ in range(60):
        at = np.array([rng.integers(30, 290), rng.integers(60, 190)])
        corners = (at + rng.integers(-32, 32, (5, 2))).astype(np.int32)
        cv2.fillPoly(paint, [corners], _colour(rng))
        cv2.fillPoly(mask, [corners], 255)
    return Board((left, 0.55, depth), (1.7, 0, 0), (0, 1.05, 0), paint, mask)


def scene(seed: int, *, damaged: bool = True, passers: int = 0) -> list[Board]:
    """Return the boards of a place, the farthest first. ``passers`` is the seed of the vehicles that happen to stand there.

    Without the damage the hole is filled and the heap of rubbish is gone.
    """
    rng = np.random.default_rng(seed)
    hills = grain(rng, 300, 900, (110, 135, 120), 12)
    boards = [Board((-45, -7, 60), (90, 0, 0), (0, 10, 0), hills, _solid(hills))]
    # The hole has a generator of its own, so that everything else of the place stays as it is.
    boards.append(_ground(np.random.default_rng(seed + 1_000_000), damaged))
    left = -14.0
    while left < 12:
        wide = float(rng.uniform(4, 7))
        boards.append(_house(rng, left, float(rng.uniform(15, 22)), wide, float(rng.uniform(3.5, 7))))
        left += wide + float(rng.uniform(0, 1.5))
    boards += [_tree(rng, float(rng.uniform(-6, 5)), float(rng.uniform(8, 13))) for _ in range(3)]
    boards += [_pole(rng, float(rng.uniform(-4, 4)), float(rng.uniform(5, 9))) for _ in range(2)]
    heap = _heap(rng, float(rng.uniform(-2.2, 0.8)), float(rng.uniform(4.2, 6)))
    if damaged:
        boards.append(heap)
    if passers:
        strange = np.random.default_rng(passers)
        cart = grain(strange, 160, 260, _colour(strange), 12)
        cv2.circle(cart, (60, 130), 28, (25, 25, 25), -1)
        cv2.circle(cart, (200, 130), 28, (25, 25, 25), -1)
        at = (float(strange.uniform(-4, 2)), 0.35, float(strange.uniform(6, 11)))
        boards.append(Board(at, (2.1, 0, 0), (0, 1.25, 0), cart, _solid(cart)))
    return sorted(boards, key=lambda board: -(board.corner[2] + min(0.0, board.down[2])) if board.down[2] == 0 else -90)


def take(boards: list[Board], view: View, seed: int) -> Picture:
    """Return the photo of a scene from a view, as a camera saves it."""
    rng = np.random.default_rng(seed)
    sky = np.linspace(205, 235, HEIGHT, dtype=np.float32)[:, None, None] * np.array([1.0, 0.98, 0.93], np.float32)
    photo = np.broadcast_to(sky, (HEIGHT, WIDTH, 3)).astype(np.uint8).copy()
    lens = np.array([[_FOCAL, 0, WIDTH / 2], [0, _FOCAL, HEIGHT / 2], [0, 0, 1]])
    turned, _ = cv2.Rodrigues(np.array(view.turn, dtype=np.float64))
    for board in boards:
        rows, columns = board.paint.shape[:2]
        sides = np.stack(
            [
                np.array(board.across) / columns,
                np.array(board.down) / rows,
                np.array(board.corner) - np.array(view.place),
            ],
            axis=1,
        )
        mapping = lens @ turned @ sides
        paint = cv2.warpPerspective(board.paint, mapping, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR)
        mask = cv2.warpPerspective(board.mask, mapping, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR)
        photo = np.asarray(cv2.copyTo(paint, np.where(mask > 127, 255, 0).astype(np.uint8), photo), dtype=np.uint8)
    fall = 1 + view.slope * np.linspace(-0.5, 0.5, WIDTH, dtype=np.float32)[None, :, None]
    tint = np.array([1 - view.warmth, 1.0, 1 + view.warmth], np.float32)
    lit = photo.astype(np.float32) * view.strength * fall * tint
    lit += rng.standard_normal(lit.shape).astype(np.float32) * view.noise
    return saved(np.clip(lit, 0, 255).astype(np.uint8), view.quality)


def saved(picture: Picture, quality: int) -> Picture:
    """Return the picture after it was saved as a JPEG."""
    _, content = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(content, cv2.IMREAD_COLOR), dtype=np.uint8)


def surface(seed: int, *, damaged: bool = True) -> list[Board]:
    """Return a place that is one flat surface, seen from near: a road from above, with a hole or a patch in it."""
    rng = np.random.default_rng(seed)
    paint = grain(rng, 1200, 1200, (112, 112, 110), 10)
    for _ in range(500):
        at = (int(rng.integers(1200)), int(rng.integers(1200)))
        cv2.circle(paint, at, int(rng.integers(1, 6)), _colour(rng), -1)
    for _ in range(30):
        at = (int(rng.integers(1200)), int(rng.integers(1200)))
        cv2.line(paint, at, (at[0] + int(rng.integers(-90, 90)), at[1] + int(rng.integers(-90, 90))), (60, 60, 62), 2)
    patch = grain(np.random.default_rng(seed + 9), 1200, 1200, (62, 66, 72) if damaged else (50, 50, 52), 12)
    hole = np.zeros((1200, 1200), np.uint8)
    cv2.ellipse(hole, (600, 700), (int(rng.integers(90, 170)), int(rng.integers(80, 150))), 0, 0, 360, 255, -1)
    paint[hole > 0] = patch[hole > 0]
    return [Board((-3, 1.6, 4.6), (6, 0, 0), (0, 0, -6), paint, _solid(paint))]
