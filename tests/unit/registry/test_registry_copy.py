"""The copy of the registry in a process: a newer version, a new day, and a row of a newer release."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from shared.reference import in_force, put_in_force, shipped
from shared.runtime.registry import RegistryCopy, read_registry
from tests.support.registry import TODAY, renamed


class Clock:
    """A clock that a test sets."""

    def __init__(self, now: datetime) -> None:
        self.value = now

    def now(self) -> datetime:
        return self.value

    def at(self, wall: datetime) -> datetime:
        return wall


class Rows:
    """A table of one version, asked like a pool."""

    def __init__(self, row: dict[str, Any]) -> None:
        self.row = row

    async def fetchrow(self, _sql: str, version: int) -> dict[str, Any] | None:
        return self.row if self.row["version"] > version else None


def stored(**more: Any) -> dict[str, Any]:
    registry = renamed("dkp", TODAY, name="Dinas Perikanan")
    opds = [row.model_dump(mode="json") | more for row in registry.opds]
    topics = [row.model_dump(mode="json") | more for row in registry.topics]
    return {"version": 2, "opds": json.dumps(opds), "topics": json.dumps(topics)}


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = in_force()
    yield
    put_in_force(before)


async def test_a_change_for_a_later_day_takes_effect_when_that_day_begins_in_wita() -> None:
    clock = Clock(datetime(2026, 12, 31, 15, 59, tzinfo=UTC))
    copy = RegistryCopy(Rows(stored()), clock)  # type: ignore[arg-type]
    await copy.refresh()
    assert (in_force().registry.version, in_force().opds["dkp"].name) == (2, "Dinas Kelautan dan Perikanan")
    clock.value = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
    await copy.refresh()
    assert (in_force().day, in_force().opds["dkp"].name) == (date(2027, 1, 1), "Dinas Perikanan")


async def test_the_table_stays_the_same_while_neither_version_nor_day_changes() -> None:
    copy = RegistryCopy(Rows(stored()), Clock(datetime(2027, 1, 1, tzinfo=UTC)))  # type: ignore[arg-type]
    await copy.refresh()
    table = in_force()
    await copy.refresh()
    assert in_force() is table


def test_a_field_that_a_newer_release_wrote_is_left_out() -> None:
    row = stored(added_later=1)
    found = read_registry(2, row["opds"], row["topics"])
    assert found.topics == shipped().topics
