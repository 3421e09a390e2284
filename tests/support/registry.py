"""Registries for tests: the files of the release with some rows changed, and the table in force for a while."""

import contextlib
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from services.router.registry.editing import change_from, end_with
from shared.reference import in_force, put_in_force, shipped
from shared.reference.registry import PhotoRule, Registry, Table, table_on

TODAY = date(2027, 1, 1)


def renamed(code: str, first: date, **values: Any) -> Registry:
    """Return the files with other values of an OPD from a day on."""
    files = shipped()
    return Registry(2, tuple(change_from(files.opds, code, first, values)), files.topics)


def merged(code: str, into: str | None, first: date = TODAY) -> Registry:
    """Return the files with an OPD that is gone from a day on."""
    files = shipped()
    rows = end_with(files.opds, code, first - timedelta(days=1), {"successor": into})
    return Registry(2, tuple(rows), files.topics)


def without_topic(code: str) -> Registry:
    """Return the files with a topic that names no OPD."""
    files = shipped()
    rows = [row.model_copy(update={"opd": None}) if row.code == code else row for row in files.topics]
    return Registry(2, files.opds, tuple(rows))


def with_photo_rule(code: str, rule: PhotoRule, first: date = TODAY) -> Registry:
    """Return the files with another rule of evidence of a topic from a day on."""
    files = shipped()
    return Registry(2, files.opds, tuple(change_from(files.topics, code, first, {"photo": rule})))


@contextlib.contextmanager
def holding(registry: Registry, day: date = TODAY) -> Iterator[Table]:
    """Put a registry into force for this process, and take it back at the end."""
    before = in_force()
    table = table_on(registry, day)
    put_in_force(table)
    try:
        yield table
    finally:
        put_in_force(before)
