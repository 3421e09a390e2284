"""The digest and the link of a row: written bytes that no later version may change, or old chains no longer fit."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest

from shared.pipeline.chain import GENESIS, link_of, row_digest

ROW: dict[str, Any] = {
    "id": UUID("01990000-0000-7000-8000-000000000001"),
    "topic": "complaint.submissions.v1",
    "key": UUID("01990000-0000-7000-8000-000000000002"),
    "sequence": 1,
    "type": "submission.submitted",
    "actor": "citizen",
    "occurred_at": datetime(2026, 11, 26, 1, 0, tzinfo=UTC),
    "traceparent": None,
    "recorded_at": datetime(2026, 11, 26, 1, 0, 0, 5, tzinfo=UTC),
}


def test_the_digest_and_the_link_of_a_row_stay_the_same_for_ever() -> None:
    digest = row_digest(ROW, bytes(32))
    assert digest.hex() == "a35590d1a7c82f40ad338ea0c89ecb824f2b7b5e2e0bbe065c46e934e7ffcc0d"
    assert link_of(GENESIS, digest).hex() == "4f62b0a126c52836787c940e8f7c7c315a3f4a4f5e10af45ed084797bfb17cf1"


@pytest.mark.parametrize("column", ROW)
def test_every_column_counts(column: str) -> None:
    other: Any = {
        "sequence": 2,
        "id": UUID(int=1),
        "key": UUID(int=1),
        "occurred_at": ROW["occurred_at"] + timedelta(microseconds=1),
        "recorded_at": ROW["recorded_at"] + timedelta(microseconds=1),
    }.get(column, "x")
    assert row_digest(ROW | {column: other}, bytes(32)) != row_digest(ROW, bytes(32))
    assert row_digest(ROW, b"\x01" * 32) != row_digest(ROW, bytes(32))


def test_the_zone_in_which_a_time_is_read_does_not_count() -> None:
    wita = ROW["occurred_at"].astimezone(timezone(timedelta(hours=8)))
    assert row_digest(ROW | {"occurred_at": wita}, bytes(32)) == row_digest(ROW, bytes(32))


def test_words_cannot_move_from_one_column_to_the_next() -> None:
    one = row_digest(ROW | {"type": 'a","b', "actor": "c"}, bytes(32))
    assert one != row_digest(ROW | {"type": "a", "actor": 'b","c'}, bytes(32))


def test_another_sequence_can_be_tried() -> None:
    assert row_digest(ROW, bytes(32), 7) == row_digest(ROW | {"sequence": 7}, bytes(32))
