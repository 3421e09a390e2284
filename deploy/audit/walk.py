"""The walk along a service's chain: each seal beside its event, in constant memory.

The whole audit reads one snapshot of the database, so that an erasure is seen in all schemas or in none.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deploy.audit.anchors import Anchor
from deploy.audit.findings import Checked, Finding, Kind, named
from shared.events.contacts import ContactErased
from shared.events.submissions import SubmissionErased
from shared.pipeline.chain import GENESIS, link_of, row_digest
from shared.postgres.queries import Queries

if TYPE_CHECKING:
    import asyncpg

    Connection = asyncpg.Connection[asyncpg.Record]

Q = Queries.load(Path(__file__).with_name("queries.sql"))
PAGE = 5_000
# Intake takes the order to erase; its log is the record of it for all services.
ERASURES = [SubmissionErased.TYPE, ContactErased.TYPE]


class Wrong(Exception):
    """Ends the walk at the first wrong row."""

    def __init__(self, kind: Kind, number: int, what: str) -> None:
        super().__init__(what)
        self.finding = Finding(kind, number, what)


class Walk:
    """One walk along the chain of a service, within a transaction that the caller has begun."""

    def __init__(self, connection: Connection, service: str, anchors: Sequence[Anchor]) -> None:
        self._connection = connection
        self._service = service
        self._anchors = [anchor for anchor in anchors if anchor.service == service]
        self._rows = 0
        self._unsealed = 0

    async def check(self) -> Checked:
        """Return what was checked, with the first wrong row or None."""
        finding = None
        try:
            await self._walk()
        except Wrong as wrong:
            finding = wrong.finding
        return Checked(self._service, self._rows, self._unsealed, len(self._anchors), finding)

    async def _walk(self) -> None:
        anchored: dict[int, list[Anchor]] = {}
        for anchor in self._anchors:
            anchored.setdefault(anchor.number, []).append(anchor)
        events = self._stream("log")
        event = await anext(events, None)
        link, position = GENESIS, 0
        _fits(anchored.pop(0, []), link)
        async for seal in self._stream("seals"):
            number = self._rows + 1
            _in_chain(seal, number, position, link)
            link, position = seal["link"], seal["position"]
            if event is not None and event["position"] < position:
                raise Wrong("inserted", number, named(event))
            if event is None or event["position"] > position:
                raise Wrong("missing", number, f"the event of position {position}")
            await self._compare(seal, event)
            _fits(anchored.pop(number, []), link)
            self._rows, event = number, await anext(events, None)
        await self._end(anchored, event, events)

    async def _end(self, anchored: dict[int, list[Anchor]], event: Any, events: AsyncIterator[Any]) -> None:
        for number in sorted(anchored):
            at = anchored[number][0].at
            raise Wrong("cut", self._rows + 1, f"the anchor of {at:%Y-%m-%d %H:%M} UTC knows {number:,} rows")
        while event is not None:
            self._unsealed, event = self._unsealed + 1, await anext(events, None)

    async def _compare(self, seal: Any, event: Any) -> None:
        """Raise Wrong unless the event is the sealed one, or its blank with a record of the erasure."""
        digest = row_digest(event, event["data"])
        if digest == seal["digest"]:
            return
        if event["blank"] and row_digest(event, seal["data"]) == seal["digest"]:
            if await self._connection.fetchval(Q["erasure_recorded"], event["key"], ERASURES):
                return
            raise Wrong("altered", seal["number"], f"{named(event)}: blanked without a record of an erasure")
        place = await self._connection.fetchval(self._sql("sealed_elsewhere"), digest)
        if place is not None:
            raise Wrong("reordered", seal["number"], f"{named(event)}: sealed at position {place}")
        others = await self._connection.fetch(self._sql("sequences"), event["topic"], event["key"], event["sequence"])
        for other in others:
            if row_digest(event, event["data"], other["sequence"]) == seal["digest"]:
                raise Wrong("reordered", seal["number"], f"{named(event)}: sealed with sequence {other['sequence']}")
        raise Wrong("altered", seal["number"], named(event))

    def _stream(self, name: str) -> AsyncIterator[Any]:
        return aiter(self._connection.cursor(self._sql(name), prefetch=PAGE))

    def _sql(self, name: str) -> str:
        """Return a statement on this service's schema. The name is ours, never from outside."""
        return Q[name].replace("{service}", self._service)


def _in_chain(seal: Any, number: int, position: int, link: bytes) -> None:
    """Raise Wrong unless the seal follows the one before."""
    if seal["number"] != number:
        raise Wrong("missing", number, f"the seal after position {position}")
    if seal["position"] <= position:
        raise Wrong("reordered", number, f"the seal of position {seal['position']} stands behind position {position}")
    if link_of(link, seal["digest"]) != seal["link"]:
        raise Wrong("altered", number, f"the seal of position {seal['position']}")


def _fits(anchors: Sequence[Anchor], link: bytes) -> None:
    for anchor in anchors:
        if anchor.link != link:
            at = f"{anchor.at:%Y-%m-%d %H:%M} UTC"
            raise Wrong("rewritten", anchor.number, f"another link than in the anchor of {at}: this row or one before")
