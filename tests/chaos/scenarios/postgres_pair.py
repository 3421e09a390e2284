"""A primary and its synchronous standby: each is primary once and is killed."""

import asyncio
import time

from deploy.local.postgres_pair import LocalPair
from tests.chaos.commands import run
from tests.chaos.field import Field
from tests.support.postgres_pair import follow

NOTICED_AFTER_S = 3.0
BACK_WITHIN_S = 15.0


async def lose_each(field: Field) -> None:
    """Kill the primary, promote its standby by the command as the page says, and let the other follow it. Twice."""
    postgres = field.system.infra.postgres
    assert isinstance(postgres, LocalPair)
    took: list[float] = []
    for _ in range(2):
        field.report("kill the primary")
        await asyncio.to_thread(postgres.primary.kill)
        # Somebody has to see it first.
        await asyncio.sleep(NOTICED_AFTER_S)
        field.report(await run(["deploy.postgres", "promote"], {"TANGGAP_ADMIN_DSN": postgres.admin_dsn}))
        since = time.monotonic()
        took.append(await field.until_through(since))
        field.report(f"complaints are through {took[-1]:.1f} s after the promotion")
        await asyncio.to_thread(follow, postgres)
        field.report("the other server follows, and each commit waits for it")
        await asyncio.sleep(5)
    late = [f"{one:.1f} s" for one in took if one > BACK_WITHIN_S]
    field.verdict.none(len(late), f"promotions after which complaints passed late ({', '.join(late)})")
    field.verdict.figures["back_seconds"] = [round(one, 1) for one in took]
    field.verdict.figures["failed_tries"] = dict(field.filer.failed)
