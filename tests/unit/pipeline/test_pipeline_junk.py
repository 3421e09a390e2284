"""Unreadable records of an OPD: the first are kept one by one, of the rest one for each batch and partition."""

from __future__ import annotations

from datetime import UTC, datetime

from shared.buckets import Buckets
from shared.ids import new_id
from shared.inputs.junk import Junk
from shared.pipeline.items import Entry, Item, Problem, Unkeyed
from shared.record import Record

TOPIC = "opd.dishub.updates.v1"


def record(offset: int, topic: str = TOPIC, partition: int = 0) -> Record:
    return Record(topic, partition, offset, datetime(2026, 3, 16, tzinfo=UTC), None, b"x", ())


def unreadable(offset: int, topic: str = TOPIC, partition: int = 0) -> Entry:
    return Unkeyed(record(offset, topic, partition), Problem("undecodable", "the body is not JSON"))


def readable(offset: int) -> Entry:
    key = new_id()
    return Item(key, None, "x", datetime(2026, 3, 16, tzinfo=UTC), key, (key,), record=record(offset))


def offsets(works: list[Entry]) -> list[int]:
    return [work.record.offset for work in works if work.record is not None]


def junk(at_once: int = 3) -> Junk:
    return Junk(frozenset({TOPIC, "opd.dinkes.updates.v1"}), Buckets(1, at_once, lambda: 0.0))


def test_a_few_are_kept_as_they_are() -> None:
    works = [unreadable(number) for number in range(3)]
    assert junk().bounded(works) == works


def test_of_a_flood_the_last_one_stands_for_the_rest_and_the_offset_is_not_lost() -> None:
    kept = junk().bounded([unreadable(number) for number in range(500)])
    assert offsets(kept) == [0, 1, 2, 499]
    assert kept[-1].problem is not None
    assert kept[-1].problem.detail == "the body is not JSON (stands for 497 unreadable records in a row)"


def test_readable_records_stay_where_they_are() -> None:
    kept = junk(0).bounded([unreadable(0), readable(1), unreadable(2), readable(3)])
    assert offsets(kept) == [1, 2, 3]


def test_one_opds_flood_leaves_the_bound_of_another_alone() -> None:
    bound = junk(2)
    bound.bounded([unreadable(number) for number in range(100)])
    kept = bound.bounded([unreadable(0, "opd.dinkes.updates.v1"), unreadable(1, "opd.dinkes.updates.v1")])
    assert offsets(kept) == [0, 1]


def test_each_partition_keeps_its_last() -> None:
    kept = junk(0).bounded([unreadable(number, partition=number % 2) for number in range(10)])
    assert sorted(offsets(kept)) == [8, 9]


def test_our_own_streams_keep_every_record() -> None:
    works = [unreadable(number, "complaint.submissions.v1") for number in range(50)]
    assert junk(0).bounded(works) == works
