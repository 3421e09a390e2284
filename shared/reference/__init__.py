"""Reference tables as data: regencies and cities from a file, agencies and topics from the registry in force.

The files are the registry of the first start. A service exchanges the table when the registry or the day changes
(`shared/runtime/registry.py`); the functions here read the table in force. Each file names its source on its first line.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from shared.reference.registry import OpdRow, Registry, Table, TopicRow, table_on

_HERE = Path(__file__).parent


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
def shipped() -> Registry:
    """Return the registry of this release's files, as version 0."""
    opds = tuple(OpdRow.model_validate(row) for row in read_table("opd.csv"))
    topics = tuple(
        TopicRow.model_validate(row | {"opd": row["opd"] or None, "photo": row["photo"] or "none"})
        for row in read_table("topics.csv")
    )
    return Registry(0, opds, topics)


@cache
def shipped_names() -> Mapping[str, str]:
    """Return the names of the agencies in this release's files, as the sentences of the routing tables use them."""
    return {row.code: row.name for row in shipped().opds}


class _InForce:
    """The holder of the table in force. Rules, pages and metrics of this process read it."""

    # The files have no dates, so that their table is the same on every day.
    table: Table = table_on(shipped(), date(2026, 1, 1))


def in_force() -> Table:
    """Return the table in force."""
    return _InForce.table


def put_in_force(table: Table) -> None:
    """Exchange the table in force, for the whole process at once."""
    _InForce.table = table


def opds() -> dict[str, OpdRow]:
    """Return every agency of the province that was ever known, by code, as it is named now."""
    return _InForce.table.opds


def open_opds() -> dict[str, OpdRow]:
    """Return the agencies that exist now, by code: those that may get a case or an officer."""
    table = _InForce.table
    return {code: row for code, row in table.opds.items() if code in table.open_opds}


# The agencies with streams of their own in Kafka: `python -m deploy.kafka apply` makes them for those of the file.
CONNECTABLE: Final = frozenset(row.code for row in shipped().opds)


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


def topics() -> dict[str, str]:
    """Return our topics, past ones too: each code with the words that people read."""
    return {code: row.label for code, row in _InForce.table.topics.items()}


def open_topics() -> dict[str, str]:
    """Return the topics that hold now, with the words that people read: those that a person may choose."""
    table = _InForce.table
    return {code: row.label for code, row in table.topics.items() if code in table.open_topics}


def known_topic(topic: str | None) -> str | None:
    """Return the topic when it is one of ours, else None.

    A category of another system must not become a label of a metric or a key of a policy.
    """
    return topic if topic in _InForce.table.topics else None


def topic_codes() -> frozenset[str]:
    """Return the codes of our topics. Categories of other systems are not among them."""
    return frozenset(_InForce.table.topics)


def topic_words(topic: str | None) -> str | None:
    """Return a topic in the words that people read. A category of another system is returned unchanged."""
    found = _InForce.table.topics.get(topic or "")
    return found.label if found else topic or None
