"""What a person does with parked records: look, try again, give up."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from shared.errors import NotFound
from shared.pipeline.rows import Q
from shared.pipeline.step import record_of

if TYPE_CHECKING:
    from shared.service import Running

PAGE = 500


class Parking:
    """The parked rows of one service."""

    def __init__(self, running: Running[Any]) -> None:
        self._running = running

    async def listed(self) -> list[dict[str, Any]]:
        """All rows without their content."""
        rows: list[dict[str, Any]] = []
        last = 0
        while page := await self._running.pool.fetch(Q["parked_list"], last, PAGE):
            rows += [{name: _plain(value) for name, value in row.items()} for row in page]
            last = page[-1]["id"]
        return rows

    async def shown(self, row_id: int) -> dict[str, Any]:
        """One row: headers that name ids and types, the size of the body, never its content."""
        row = await self._row(row_id)
        headers = {
            name: None if value is None else bytes.fromhex(value).decode("utf-8", "replace")
            for name, value in json.loads(row["headers"])
            if name.startswith("ce_") or name in ("content-type", "traceparent")
        }
        plain = {
            name: _plain(row[name]) for name in ("id", "topic", "partition", "offset", "key", "sequence", "reason", "detail")
        }
        return plain | {"parked_at": _plain(row["parked_at"]), "headers": headers, "body_bytes": len(row["body"] or b"")}

    async def retry(self, row_id: int | None) -> dict[str, int]:
        """Fold rows again, the oldest first and each complaint's in sequence order; counts what went and what stays."""
        wanted = [row["id"] for row in await self.listed()] if row_id is None else [row_id]
        pool, step = self._running.pool, self._running.step
        folded = 0
        rows = [row for row in [await pool.fetchrow(Q["parked_show"], one) for one in wanted] if row is not None]
        rows.sort(key=lambda row: (str(row["key"]), row["sequence"] is None, row["topic"], row["sequence"] or 0, row["id"]))
        for row in rows:
            work = step.decoder.work(record_of(row))
            folded += await step.retry(row["id"], work)
        left = len([row for row in await self.listed() if row["id"] in wanted])
        return {"tried": len(rows), "folded": folded, "left": left}

    async def discard(self, row_id: int, who: str, why: str) -> dict[str, Any]:
        """Count the record as read; the row stays, with who and why. What waited behind it is folded."""
        row = await self._row(row_id)
        await self._running.step.discard(row, who, why)
        return {"discarded": row_id}

    async def _row(self, row_id: int) -> Any:
        row = await self._running.pool.fetchrow(Q["parked_show"], row_id)
        if row is None:
            raise NotFound(f"no parked row {row_id}")
        return row


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int) else str(value)
