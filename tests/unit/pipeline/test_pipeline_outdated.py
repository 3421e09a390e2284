"""A reader passes over the events of an epoch in which it does not believe any more."""

from datetime import UTC, datetime

import pytest

from shared.clock import make_clock
from shared.events.catalogue import SUBMISSIONS
from shared.pipeline.decoding import Decoder
from shared.pipeline.engine import Engine
from shared.pipeline.items import Item, next_offsets
from shared.pipeline.rows import Rows
from shared.record import Record
from tests.support.raw import reply, said
from tests.support.toys import NOW, Toy, fresh_key, router_fold, unconnected_router


def decoder(**epochs: int) -> Decoder:
    service = unconnected_router()
    made = Decoder(service, make_clock(None))
    made.epochs = epochs
    return made


def record(**headers: bytes) -> Record:
    key = fresh_key()
    at = datetime(2026, 3, 16, tzinfo=UTC)
    return Record(SUBMISSIONS, 3, 41, at, str(key).encode(), reply("satu"), tuple(said(key, 1, **headers)))


@pytest.mark.parametrize(
    ("epochs", "headers", "outdated"),
    [
        ({}, {}, False),
        ({}, {"ce_epoch": b"1"}, False),
        ({"sla": 5}, {}, False),
        ({"intake": 2}, {}, True),
        ({"intake": 2}, {"ce_epoch": b"1"}, True),
        ({"intake": 2}, {"ce_epoch": b"dua"}, True),
        ({"intake": 2}, {"ce_epoch": b"2"}, False),
        ({"intake": 2}, {"ce_epoch": b"3"}, False),
    ],
)
def test_only_an_epoch_below_the_writers_own_is_outdated(
    epochs: dict[str, int], headers: dict[str, bytes], outdated: bool
) -> None:
    entry = decoder(**epochs).entry(record(**headers))
    assert isinstance(entry, Item)
    assert entry.outdated is outdated


def test_an_outdated_record_changes_nothing_and_counts_as_handled() -> None:
    entry = decoder(intake=1).entry(record())
    rows: Rows[Toy] = Rows(None)  # type: ignore[arg-type]
    assert Engine(router_fold, rows, NOW).apply(entry).outcome == "ignored"
    assert rows.changed() == []
    assert next_offsets([entry]) == {(SUBMISSIONS, 3): 42}
