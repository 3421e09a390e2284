"""Reference tables as data: agencies, regencies and cities, topics. Each file names its source on its first line."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Opd:
    code: str
    short_name: str
    name: str
    kind: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Region:
    kemendagri_code: str
    bps_code: str
    kind: str
    name: str
    capital: str


def _rows(name: str) -> list[dict[str, str]]:
    lines = (_HERE / name).read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


@cache
def opds() -> dict[str, Opd]:
    """The province's agencies by code."""
    return {row["code"]: Opd(**row) for row in _rows("opd.csv")}


@cache
def regions() -> tuple[Region, ...]:
    """The ten regencies and cities."""
    return tuple(Region(**row) for row in _rows("regions.csv"))


@cache
def topics() -> dict[str, str]:
    """Our topics: code -> the words people read."""
    return {row["code"]: row["label"] for row in _rows("topics.csv")}


def known_topic(topic: str | None) -> str | None:
    """A topic where it is one of ours, else None: another system's word is no label of a metric and no key of a policy."""
    return topic if topic in topics() else None


def topic_codes() -> frozenset[str]:
    """Every topic of ours; another system's category is none."""
    return frozenset(topics())


def topic_words(topic: str | None) -> str | None:
    """A topic as people read it; what is no code of ours (another system's category) stays as it is."""
    return topics().get(topic, topic) if topic else None
