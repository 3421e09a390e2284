"""The file of anchors: what is appended is read again, and a line that is none is named."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.audit.anchors import Anchor, BadAnchors, append_anchors, read_anchors
from deploy.audit.watch import anchored_at
from deploy.postgres.apply import SERVICES

AT = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)


def test_what_was_appended_is_read_in_order(tmp_path: Path) -> None:
    file = tmp_path / "a" / "anchors.jsonl"
    assert read_anchors(file) == []
    first, second = Anchor("intake", 7, bytes(32), AT), Anchor("intake", 9, b"\x01" * 32, AT)
    append_anchors(file, [first])
    append_anchors(file, [second])
    assert read_anchors(file) == [first, second]


@pytest.mark.parametrize(
    "line",
    [
        '{"at": "2026-11-26T01:00:00+00:00", "service": "int',
        '{"at": "2026-11-26T01:00:00+00:00", "service": "intake", "number": 1}',
        '{"at": "kemarin", "service": "intake", "number": 1, "link": "00"}',
        '{"at": "2026-11-26T01:00:00", "service": "intake", "number": 1, "link": "00"}',
        '{"at": "2026-11-26T01:00:00+00:00", "service": "intake", "number": 1, "link": "xx"}',
        "[]",
        "",
    ],
)
def test_a_line_that_is_no_anchor_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "anchors.jsonl"
    append_anchors(file, [Anchor("intake", 1, bytes(32), AT)])
    with file.open("a") as out:
        out.write(line + "\n")
    with pytest.raises(BadAnchors, match="line 2"):
        read_anchors(file)


def test_all_chains_are_anchored_when_the_last_of_them_is(tmp_path: Path) -> None:
    file = tmp_path / "anchors.jsonl"
    later = AT.replace(hour=5)
    append_anchors(file, [Anchor(service, 1, bytes(32), AT) for service in SERVICES[1:]])
    assert anchored_at(file) is None
    append_anchors(file, [Anchor(SERVICES[0], 1, bytes(32), later)])
    assert anchored_at(file) == AT
    append_anchors(file, [Anchor(service, 1, bytes(32), later) for service in SERVICES[1:]])
    assert anchored_at(file) == later
