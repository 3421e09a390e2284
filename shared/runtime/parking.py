"""The actions of a person on parked records: list, show, retry, discard."""

from __future__ import annotations

import json
from typing import Any

from shared.errors import NotFound
from shared.pipeline.tables import Q
from shared.runtime.running import Running

PAGE = 500


class Parking:
    """The parked rows of one service."""

    def __init__(self, running: Running[Any]) -> None:
        self._running = running

    async def listed(self, most: int | None = None) -> list[dict[str, Any]]:
        """Return the parked rows, oldest first, without their content: all, or at most ``most``."""
        rows: list[dict[str, Any]] = []
        last = 0
        while most is None or len(rows) < most:
            page = await self._running.pool.fetch(
                Q["parked_list"], last, PAGE if most is None else min(PAGE, most - len(rows))
            )
            if not page:
                break
            rows += [{name: _plain(value) for name, value in row.items()} for row in page]
            last = page[-1]["id"]
        return rows

    async def shown(self, row_id: int) -> dict[str, Any]:
        """Return one row: the headers that name ids and types, and the size of the body, but never the content."""
        row = await self._row(row_id)
        headers = {
            name: None if value is None else bytes.fromhex(value).decode("utf-8", "replace")
            for name, value in json.loads(row["headers"])
            if name.startswith("ce_") or name in ("content-type", "traceparent")
        }
        plain = {
            name: _plain(row[name])
            for name in ("id", "topic", "partition", "offset", "key", "sequence", "reason", "detail")
        }
        kept = {"parked_at": _plain(row["parked_at"]), "headers": headers, "body_bytes": len(row["body"] or b"")}
        cut = {"whole_bytes": row["whole_bytes"], "sha256": row["sha256"].hex()} if row["sha256"] is not None else {}
        return plain | kept | cut

    async def retry(self, row_id: int | None) -> dict[str, int]:
        """Fold rows again, each complaint's in sequence order. Return how many were tried, folded and left."""
        wanted = [row["id"] for row in await self.listed()] if row_id is None else [row_id]
        folded = 0
        for one in wanted:
            try:
                folded += await self._running.step.replay.retry(one)
            except NotFound:
                if row_id is not None:
                    raise
                folded += 1  # it went together with an earlier one of its complaint
        return {"tried": len(wanted), "folded": folded, "left": len(wanted) - folded}

    async def discard(self, row_id: int, who: str, why: str) -> dict[str, Any]:
        """Count the record as read, and fold the records that waited behind it.

        The row stays, with who discarded it and why.
        """
        await self._running.step.replay.discard(row_id, who, why)
        return {"discarded": row_id}

    async def discard_unreadable(self, topic: str, who: str, why: str) -> dict[str, Any]:
        """Discard every record of an OPD's topic that nobody can read, and fold the records that waited behind each.

        Records of our own streams have a sequence. They are left alone: a repaired copy can still fill their place.
        """
        rows = [row for row in await self.listed() if row["topic"] == topic and row["reason"] == "undecodable"]
        wanted = [row["id"] for row in rows if row["sequence"] is None]
        for row_id in wanted:
            await self.discard(row_id, who, why)
        return {"discarded": len(wanted)}

    async def _row(self, row_id: int) -> Any:
        row = await self._running.pool.fetchrow(Q["parked_show"], row_id)
        if row is None:
            raise NotFound(f"no parked row {row_id}")
        return row


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int) else str(value)
