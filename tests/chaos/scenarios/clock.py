"""The clock of the machines is set back by an hour, and right again later."""

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta

from tests.chaos.field import Field

BEGINS = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
BACK_WITHIN_S = 30.0


async def set_back(field: Field) -> None:
    """Let an hour pass, set the clock back to its begin under load, and let two hours pass from there."""
    for hours in (1, 0, 1, 2):
        await asyncio.sleep(8)
        _show(field, BEGINS + timedelta(hours=hours))
        took = await field.until_through(time.monotonic())
        field.verdict.none(int(took > BACK_WITHIN_S), f"complaints are through late ({took:.1f} s)")


def _show(field: Field, to: datetime) -> None:
    """Let all services see this time, an earlier one too, which `step_clock` refuses."""
    field.report(f"the clock shows {to:%H:%M}")
    file = field.system.clock_file
    row = {"wall": datetime.now(UTC).isoformat(), "domain": to.isoformat()}
    fresh = file.with_suffix(".new")
    fresh.write_text(file.read_text() + json.dumps(row) + "\n")
    fresh.replace(file)
