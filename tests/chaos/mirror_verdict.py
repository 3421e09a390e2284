"""Verdict on SP4N after a chaos run: both sides agree, and nothing stands there twice."""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

import asyncpg
import httpx

from deploy.local.demo.sp4n import NOT_ACCEPTED
from tests.chaos.verdict import Verdict

SETTLES_WITHIN_S = 240.0
WAITS = """
SELECT state || ' ' || coalesce(reason, '') || ' ' || count(*) AS told FROM router.sp4n_mirror
WHERE state <> 'settled' GROUP BY state, reason"""
DUE = "SELECT count(*) FROM router.sp4n_mirror WHERE state = 'due'"
CASES = """
SELECT data->>'ticket' AS ticket, data->>'state' AS state, data->'sp4n'->>'id' AS number FROM router.state
WHERE data IS NOT NULL"""
_MARK = re.compile(r"\[Tanggap (KT-\S+) \w{8}/(\d+)\]")


async def all_sent(admin_dsn: str) -> list[str]:
    """Wait until nothing is on its way to SP4N. Return what is still left after four minutes, or before a person."""
    connection = await asyncpg.connect(admin_dsn)
    until = time.monotonic() + SETTLES_WITHIN_S
    try:
        while await connection.fetchval(DUE) and time.monotonic() < until:
            await asyncio.sleep(0.5)
        return [row["told"] for row in await connection.fetch(WAITS)]
    finally:
        await connection.close()


async def of_mirror(
    verdict: Verdict, admin_dsn: str, stubs: str, compared: Mapping[str, Any], tickets: set[str]
) -> None:
    """Check that each accepted complaint stands in SP4N once, each of our follow-ups too, and that both sides agree."""
    async with httpx.AsyncClient(base_url=stubs, trust_env=False, timeout=60) as client:
        there = (await client.get("/sp4n-stub/complaints")).json()
    connection = await asyncpg.connect(admin_dsn)
    try:
        cases = await connection.fetch(CASES)
    finally:
        await connection.close()
    tags = Counter(one["data"]["tags_raw"].split(",")[-1] for one in there)
    verdict.none(sum(number - 1 for number in tags.values()), "complaints that stand in SP4N once more")
    marks = Counter(_MARK.findall(" ".join(str(said["content"]) for one in there for said in one["followups"])))
    verdict.none(sum(number - 1 for number in marks.values()), "follow-ups that stand in SP4N once more")
    numbers = {row["ticket"]: row["number"] for row in cases}
    verdict.none(len(tickets - numbers.keys()), "complaints that the router does not know")
    without = [row for row in cases if row["number"] is None and row["state"] not in NOT_ACCEPTED]
    verdict.none(len(without), "accepted complaints without a number in SP4N")
    verdict.none(
        sum(numbers.get(one["data"]["tags_raw"].split(",")[-1]) != str(one["number"]) for one in there),
        "complaints whose number here is not that of SP4N",
    )
    if not compared["agrees"]:
        verdict.wrong.append(f"the sides differ: {compared['differences'][:5]}, {compared['unread']} unread")
    verdict.figures |= {
        "complaints": len(cases),
        "in_sp4n": len(there),
        "follow_ups": marks.total(),
        "here": compared["here"],
    }
