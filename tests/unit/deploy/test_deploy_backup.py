"""Parts of the backup that need no server: the archive's segments, the address, and what is told of a record."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from deploy.backup.physical import BackupFailed, environment, holes, newest, restore, segments
from deploy.backup.sent import event_of

KEY = UUID(int=5)


def test_a_hole_in_the_archive_is_found_over_the_end_of_a_log_and_a_timeline() -> None:
    names = [
        "00000001000000000000FE.partial",
        "0000000100000000000000FE",
        "0000000100000000000000FF",
        "000000010000000100000000.partial",
        "00000002.history",
        "000000020000000100000000",
        "000000020000000100000002",
    ]
    found = segments(names)
    assert found[0] == "0000000100000000000000FE"
    assert holes(found) == ["000000020000000100000000"]
    assert holes(found[:-1]) == []


def test_the_password_goes_by_the_environment() -> None:
    assert environment("postgresql://postgres:a%2Fb@db.example:5433/postgres") == {
        "PGHOST": "db.example",
        "PGPORT": "5433",
        "PGUSER": "postgres",
        "PGPASSWORD": "a/b",
        "PGDATABASE": "postgres",
    }


def test_a_restore_says_where_the_recovery_ends_and_takes_no_folder_that_holds_something(tmp_path: Path) -> None:
    base = tmp_path / "base" / "20260316T000000Z"
    base.mkdir(parents=True)
    (base / "postgresql.auto.conf").write_text("# of the server\n")
    assert newest(tmp_path) == base
    restore(base, tmp_path, tmp_path / "data", datetime(2026, 3, 16, 2, tzinfo=UTC))
    assert (tmp_path / "data" / "recovery.signal").exists()
    settings = (tmp_path / "data" / "postgresql.auto.conf").read_text()
    assert settings.startswith("# of the server\n")
    assert "recovery_target_time = '2026-03-16T02:00:00+00:00'\n" in settings
    with pytest.raises(BackupFailed, match="not empty"):
        restore(base, tmp_path, tmp_path / "data", None)


class Told:
    """A record as the client of librdkafka gives it."""

    def __init__(self, body: bytes, **headers: str) -> None:
        self._body = body
        self._headers = [(name, value.encode()) for name, value in headers.items()]

    def headers(self) -> Any:
        return self._headers

    def key(self) -> bytes:
        return str(KEY).encode()

    def value(self) -> bytes:
        return self._body


def test_what_is_told_of_a_record_holds_codes_and_the_ticket_alone() -> None:
    headers = {"ce_id": str(UUID(int=9)), "ce_sequence": "0000000002", "ce_time": "2026-03-16T02:00:00Z"}
    message: Any = Told(b'{"ticket": "KT-1", "text": "Jalan rusak"}', ce_type="submission.submitted", **headers)
    event = event_of("complaint.submissions.v1", message)
    assert event is not None
    assert (event.key, event.sequence, event.epoch, event.ticket, event.detail) == (KEY, 2, 0, "KT-1", None)
    assert event.seen
    body = b'{"channel": "whatsapp", "template": "diterima", "recipient": "citizen"}'
    sent: Any = Told(body, ce_type="notification.sent", ce_epoch="3", **headers)
    event = event_of("complaint.notifications.v1", sent)
    assert event is not None
    assert (event.epoch, event.detail) == (3, "whatsapp diterima citizen")
    inside: Any = Told(b"{}", ce_type="deadline.set", **headers)
    event = event_of("complaint.deadlines.v1", inside)
    assert event is not None
    assert not event.seen
    assert event_of("complaint.cases.v1", Told(b"{}", ce_type="case.opened")) is None  # type: ignore[arg-type]
