"""SP4N in the demo: what its export shows is there before the story begins, and at the end both sides must agree."""

import asyncio
import json
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg

from deploy.local.demo.http import client
from deploy.local.demo.rest import Q
from deploy.local.demo.stage import Stage
from services.intake.laporan.process import read_apart

PATIENCE_S = 60.0
# Cases that never were accepted have no number in SP4N, and that is their named reason.
NOT_ACCEPTED = frozenset(("verification", "awaiting_citizen", "archived", "merged", "closed"))


@dataclass(slots=True)
class BothSides:
    """The result of the comparison: counts by state and OPD, what differs, and what has no number there."""

    agrees: bool
    here: dict[str, int]
    compared: int
    differences: list[dict[str, str]]
    unaccepted: dict[str, int]
    waits: list[str]

    @property
    def seen(self) -> str:
        """The result in a few words."""
        if self.agrees:
            return f"{self.compared} complaints by state and OPD; {sum(self.unaccepted.values())} not accepted yet or never"
        return "; ".join([f"{len(self.differences)} differ", *self.waits, *map(str, self.differences[:2])])


async def fill(stubs: str, laporan: bytes, at: datetime) -> None:
    """Put the complaints of the export into the stub, as they are in SP4N."""
    reading = await read_apart(laporan, at)
    try:
        rows = [
            {
                "id": int(row.tracking_id),
                "status": row.status,
                "institution_name": row.opd_name or "",
                "is_anonymous": int(row.anonim),
                "is_secret": int(row.rahasia),
            }
            for row in reading.rows()
        ]
    finally:
        reading.close()
    async with client(stubs) as http:
        (await http.post("/sp4n-stub/complaints", json=rows)).raise_for_status()


async def compare(stage: Stage, pool: "asyncpg.Pool[Any]") -> BothSides:
    """Wait until all has reached SP4N, then compare both sides by the router's own command."""
    until = time.monotonic() + PATIENCE_S
    while (waits := await pool.fetch(Q["mirror_waits"])) and time.monotonic() < until:
        if not any(row["state"] == "due" for row in waits):
            break
        await asyncio.sleep(0.2)
    found = json.loads(await stage.command("services.router", "sp4n", "compare", "--report-only"))
    unaccepted = {row["state"]: row["number"] for row in await pool.fetch(Q["not_mirrored"])}
    told = [f"{row['number']} {row['state']} {row['reason']}" for row in waits]
    agrees = found["agrees"] and not told and not set(unaccepted) - NOT_ACCEPTED
    return BothSides(agrees, found["here"], found["compared"], found["differences"], unaccepted, told)
