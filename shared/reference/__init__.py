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


def read_table(name: str) -> list[dict[str, str]]:
    """Return the rows of a table of this folder by the names of its columns."""
    lines = (_HERE / name).read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


@cache
def opds() -> dict[str, Opd]:
    """Return the province's agencies by code."""
    return {row["code"]: Opd(**row) for row in read_table("opd.csv")}


@cache
def regions() -> tuple[Region, ...]:
    """Return the ten regencies and cities."""
    return tuple(Region(**row) for row in read_table("regions.csv"))


@cache
def region_names() -> dict[str, str]:
    """Return the regencies and cities by their Kemendagri code, with the names that people read."""
    return {region.kemendagri_code: f"{region.kind.capitalize()} {region.name}" for region in regions()}


def region_of(place_code: str | None) -> str | None:
    """Return the code of the regency or city in which a place lies, or None for a place outside the province."""
    region = ".".join((place_code or "").split(".")[:2])
    return region if region in region_names() else None


@cache
def topics() -> dict[str, str]:
    """Return our topics: each code with the words that people read."""
    return {row["code"]: row["label"] for row in read_table("topics.csv")}


def known_topic(topic: str | None) -> str | None:
    """Return the topic when it is one of ours, else None.

    A category of another system must not become a label of a metric or a key of a policy.
    """
    return topic if topic in topics() else None


def topic_codes() -> frozenset[str]:
    """Return the codes of our topics. Categories of other systems are not among them."""
    return frozenset(topics())


def topic_words(topic: str | None) -> str | None:
    """Return a topic in the words that people read. A category of another system is returned unchanged."""
    return topics().get(topic, topic) if topic else None
