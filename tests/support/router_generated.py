"""Labelled complaints that are generated from counts of words in real ones: no text in them was ever written by anybody.

Each complaint holds the words of its class as often as real complaints do, in chains of neighbouring pairs. The shares of
the classes drift with time. `python -m tests.support.router_generated city 6000 FILE.csv` writes a table.
"""

from __future__ import annotations

import csv
import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

STATISTICS: Final = Path(__file__).parents[2] / "deploy/word_statistics"
SOURCES: Final = {
    "city": "city_complaints_by_function",
    "province": "province_stems_by_topic",
    "regency": "regency_by_function",
}
FIRST_DAY: Final = datetime(2025, 1, 1, tzinfo=UTC)


class Generated(NamedTuple):
    text: str
    label: str
    at: datetime


class _Class(NamedTuple):
    name: str
    share: float
    words: list[str]
    chances: list[float]
    following: dict[str, list[str]]


def generate(source: str, count: int, seed: int = 14) -> list[Generated]:
    """Return complaints in the order of time, over two years."""
    draw, classes = random.Random(seed), _classes(source)
    # Each class grows or shrinks over time by up to a half.
    drifts = [draw.uniform(-0.5, 0.5) for _ in classes]
    found = []
    for number in range(count):
        past = number / count
        weights = [one.share * (1 + drift * past) for one, drift in zip(classes, drifts, strict=True)]
        chosen = draw.choices(classes, weights)[0]
        found.append(Generated(_text(chosen, draw), chosen.name, FIRST_DAY + timedelta(days=730 * past)))
    return found


def _classes(source: str) -> list[_Class]:
    lines = (STATISTICS / f"{SOURCES[source]}.tsv").read_text(encoding="utf-8").splitlines()
    names = lines[0].split("\t")[2:]
    totals = [int(cell) for cell in lines[1].split("\t")[2:]]
    rows = [(line.split("\t")[0], [int(cell) for cell in line.split("\t")[2:]]) for line in lines[2:]]
    classes = []
    for at, (name, total) in enumerate(zip(names, totals, strict=True)):
        words = [(gram, counts[at] / total) for gram, counts in rows if " " not in gram and counts[at]]
        following: dict[str, list[str]] = {}
        for gram, counts in rows:
            first, _, second = gram.partition(" ")
            if second and counts[at]:
                following.setdefault(first, []).append(second)
        classes.append(_Class(name, total / sum(totals), [w for w, _ in words], [c for _, c in words], following))
    return classes


def _text(one: _Class, draw: random.Random) -> str:
    """Return the words of one complaint. A word is followed by a usual neighbour if it was drawn too."""
    drawn = [word for word, chance in zip(one.words, one.chances, strict=True) if draw.random() < chance]
    draw.shuffle(drawn)
    left = dict.fromkeys(drawn)
    text: list[str] = []
    while left:
        word = next((near for near in one.following.get(text[-1], ()) if near in left), None) if text else None
        word = word or next(iter(left))
        del left[word]
        text.append(_slip(word, draw))
    return " ".join(text).replace("number", str(draw.randrange(1, 99))).capitalize() or "mohon"


def _slip(word: str, draw: random.Random) -> str:
    """Return one word in thirty with a letter missing."""
    if len(word) < 6 or draw.random() > 1 / 30:
        return word
    at = draw.randrange(1, len(word) - 1)
    return word[:at] + word[at + 1 :]


def write_csv(path: Path, rows: list[Generated]) -> None:
    """Write complaints as a table with the columns text, label and time."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow((*Generated._fields[:2], "time"))
        writer.writerows((one.text, one.label, one.at.isoformat()) for one in rows)


if __name__ == "__main__":
    write_csv(Path(sys.argv[3]), generate(sys.argv[1], int(sys.argv[2])))
