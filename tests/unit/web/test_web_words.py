"""Every value that people see has one Indonesian label, and no two values of a kind share one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Literal, get_args, get_origin

import pytest

from shared import labels
from shared.events import fact
from shared.events.contacts import ContactChannel

KINDS: dict[str, Mapping[str, str]] = {
    "State": labels.STATES,
    "Class": labels.CLASSES,
    "Priority": labels.PRIORITIES,
    "Desk": labels.DESKS,
    "Authority": labels.AUTHORITIES,
    "Outcome": labels.OUTCOMES,
    "Clock": labels.CLOCKS,
    "Role": labels.ROLES,
}
TABLES = {name: table for name, table in vars(labels).items() if name.isupper()}


def test_every_kind_of_value_that_events_share_has_its_labels() -> None:
    kinds = {name for name, kind in vars(fact).items() if get_origin(kind) is Literal}
    assert kinds == set(KINDS)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_value_has_a_label(kind: str) -> None:
    values = set(get_args(getattr(fact, kind)))
    extra = {"ombudsman"} if kind == "Authority" else set()
    assert set(KINDS[kind]) == values | extra


def test_every_channel_of_a_contact_has_a_label() -> None:
    assert set(get_args(ContactChannel)) <= set(labels.CHANNELS)


@pytest.mark.parametrize("table", sorted(TABLES))
def test_no_label_stands_for_two_values(table: str) -> None:
    used = Counter(label.casefold() for label in TABLES[table].values())
    assert [label for label, count in used.items() if count > 1] == []
    assert all(label == label.strip() and label for label in used)


def test_a_heading_keeps_the_capitals_inside_a_label() -> None:
    assert labels.heading("pemerintah provinsi") == "Pemerintah provinsi"
    assert labels.heading(labels.AUTHORITIES["ikn"]) == "Otorita IKN"
    assert labels.heading("") == ""
