"""The daily anchor, and the metrics of the anchors."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
from prometheus_client import CollectorRegistry, Gauge

from deploy.audit.anchors import BadAnchors, append_anchors, read_anchors
from deploy.audit.look import Audit
from deploy.postgres.apply import SERVICES
from shared.observability.logs import get_logger

log = get_logger()
LOOK_S = 60.0
DAILY = timedelta(days=1)
AWAY = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)
LABELS: Mapping[str, Mapping[str, frozenset[str]]] = {"tanggap_audit_contradicted": {"writer": frozenset(SERVICES)}}


class Contradicted(Exception):
    """A chain no longer holds what its newest anchor says, so that no new anchor may cover it."""


class Meters:
    """The metrics of the anchors. Before the first look the newest anchor counts as one of 1970."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self.anchored_at = Gauge(
            "tanggap_audit_anchored_timestamp_seconds", "When all chains were last anchored", registry=registry
        )
        self.contradicted = Gauge(
            "tanggap_audit_contradicted",
            "1 if the chain does not hold its newest anchor",
            ["writer"],
            registry=registry,
        )
        for service in SERVICES:
            self.contradicted.labels(service).set(0)
        self.looked_at = time.monotonic()
        self.well = True

    def live(self) -> bool:
        """Return whether looks are still being tried."""
        return time.monotonic() - self.looked_at < 10 * LOOK_S


async def anchor(audit: Audit, file: Path) -> None:
    """Add an anchor of each service to the file.

    Raises Contradicted, and adds nothing, when a chain does not hold its newest anchor.
    """
    wrong = await audit.contradicted(read_anchors(file))
    if wrong:
        raise Contradicted(", ".join(each.service for each in wrong))
    append_anchors(file, await audit.ends())


async def look(audit: Audit, file: Path, meters: Meters) -> None:
    """Compare the chains with their newest anchors, and add new ones if the last are a day old."""
    wrong = {each.service for each in await audit.contradicted(read_anchors(file))}
    for service in SERVICES:
        meters.contradicted.labels(service).set(service in wrong)
    if wrong:
        log.error("audit.contradicted", writers=sorted(wrong))
    elif (last := anchored_at(file)) is None or datetime.now(UTC) - last >= DAILY:
        append_anchors(file, await audit.ends())
        log.info("audit.anchored")
    last = anchored_at(file)
    meters.anchored_at.set(last.timestamp() if last else 0)


def anchored_at(file: Path) -> datetime | None:
    """Return the time of the newest anchor that every service has, or None."""
    newest = {each.service: each.at for each in read_anchors(file)}
    return min((newest[service] for service in SERVICES), default=None) if newest.keys() >= set(SERVICES) else None


async def watch(audit: Audit, file: Path, meters: Meters) -> None:
    """Look once a minute, until cancelled."""
    while True:
        try:
            await look(audit, file, meters)
        except (BadAnchors, *AWAY) as error:
            meters.well = False
            log.warning(
                "audit.failed", error=type(error).__name__, detail=str(error) if isinstance(error, BadAnchors) else ""
            )
        else:
            meters.well = True
        meters.looked_at = time.monotonic()
        await asyncio.sleep(LOOK_S)
