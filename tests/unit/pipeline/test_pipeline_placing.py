"""A reader begins at the offsets of its database, and nothing that it fetched before counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from aiokafka import TopicPartition

from shared.inputs.placing import Placing

ONE, TWO = TopicPartition("complaint.cases.v1", 0), TopicPartition("complaint.cases.v1", 1)


@dataclass
class Fetched:
    """A record, of which only the offset matters."""

    offset: int


class Client:
    """A client with two partitions. It notes where it is told to seek."""

    def __init__(self) -> None:
        self.sought: dict[TopicPartition, int] = {}

    def assignment(self) -> set[TopicPartition]:
        return {ONE, TWO}

    def seek(self, place: TopicPartition, offset: int) -> None:
        self.sought[place] = offset


class Stage:
    """A placing over a database that a test can take away."""

    def __init__(self) -> None:
        self.away = False
        self.first = True
        self.back: list[tuple[str, int, int]] = []
        self.client: Any = Client()
        self.placing = Placing(self._positions, self._back, self._first)

    async def _positions(self) -> Mapping[tuple[str, int], int]:
        if self.away:
            raise ConnectionError
        return {(ONE.topic, ONE.partition): 40}

    async def _back(self, topic: str, partition: int, offset: int) -> None:
        if self.away:
            raise ConnectionError
        self.back.append((topic, partition, offset))

    async def _first(self) -> bool:
        return self.first

    async def place(self) -> bool:
        return await self.placing.place(self.client)

    async def sifted(self, **offsets: int) -> list[int]:
        places = {"one": ONE, "two": TWO}
        found: Any = {places[name]: [Fetched(offset)] for name, offset in offsets.items()}
        return [record.offset for record in await self.placing.sift(found)]


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    monkeypatch.setattr("shared.inputs.placing.PAUSE_S", 0)
    return Stage()


async def test_a_reader_begins_at_its_own_offsets_and_else_at_the_oldest_record(stage: Stage) -> None:
    assert await stage.sifted(one=90) == []
    assert await stage.place()
    assert stage.client.sought == {ONE: 40, TWO: 0}
    assert await stage.sifted(one=40, two=7) == [40, 7]


async def test_what_is_fetched_between_a_rebalance_and_the_next_place_is_dropped(stage: Stage) -> None:
    assert await stage.place()
    stage.placing.forget()
    assert await stage.sifted(one=90) == []
    assert await stage.place()
    assert await stage.sifted(one=40) == [40]


async def test_nothing_is_read_while_the_database_is_away_or_something_must_come_first(stage: Stage) -> None:
    stage.away = True
    assert not await stage.place()
    stage.away, stage.first = False, False
    assert not await stage.place()
    assert not stage.placing.placed
    assert stage.client.sought == {}
    stage.first = True
    assert await stage.place()


async def test_a_partition_that_was_made_anew_is_noted_before_its_records_count(stage: Stage) -> None:
    assert await stage.place()
    stage.away = True
    with pytest.raises(ConnectionError):
        await stage.sifted(one=0)
    assert not stage.placing.placed, "the records that were dropped must be fetched again"
    stage.away = False
    assert await stage.place()
    assert await stage.sifted(one=0) == [0]
    assert stage.back == [(ONE.topic, ONE.partition, 0)]
