"""Measure all figures beside their probes, print them, and keep them in `.local/bench.json`.

python -m tests.bench [--rows N] [--only NAME …]
"""

from __future__ import annotations

import argparse
import shutil
import time
from pathlib import Path

import uvloop

from deploy.local import preflight
from deploy.local.system import System
from tests.bench import accepting, auditing, deadlines, deciding, latency, lifecycle, pipeline, routing, webhooks
from tests.bench.stage import Report, console

FOLDER = Path(".local/bench")
REPORT = Path(".local/bench.json")
SETTINGS = {"intake": lifecycle.SETTINGS["intake"] | webhooks.SETTINGS}


async def run(rows: int, only: list[str], count: int, clocks: int) -> None:
    """Start a fresh system and measure the chosen figures one after the other."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    report = Report(REPORT)
    if "deciding" in only:
        deciding.measure(report)
    if not set(only) - {"deciding"}:
        return
    async with System(FOLDER, report=lambda what: console.print(f"[dim]{what}[/dim]"), extra=SETTINGS) as system:
        if "pipeline" in only:
            await pipeline.measure(system, report, count)
        if "routing" in only:
            await routing.measure(system, report, count)
        if "accepting" in only:
            await accepting.measure(system, report, count)
        if "webhooks" in only:
            await webhooks.measure(system, report, 20)
        if "latency" in only:
            await latency.measure(system, report, 20)
        if "lifecycle" in only:
            await lifecycle.measure(system, report, rows)
        if "auditing" in only:
            await auditing.measure(system, report, clocks)
        if "deadlines" in only:
            await deadlines.measure(system, report, clocks)


def main() -> None:
    """Parse the command line and measure."""
    parser = argparse.ArgumentParser(prog="tests.bench")
    names = [
        "deciding",
        "pipeline",
        "routing",
        "accepting",
        "webhooks",
        "latency",
        "lifecycle",
        "auditing",
        "deadlines",
    ]
    parser.add_argument("--rows", type=int, default=10_000, help="complaints in the system before the lifecycles begin")
    parser.add_argument("--count", type=int, default=20_000, help="complaints per run of the first two figures")
    parser.add_argument(
        "--clocks", type=int, default=1_000_000, help="clocks among which the timers look, and events that are audited"
    )
    parser.add_argument("--only", nargs="*", choices=names, default=names)
    given = parser.parse_args()
    preflight.check(FOLDER)
    began = time.monotonic()
    console.print(
        "All seven figures take long, since each waits for its backlog; `--only NAME …` measures some of them."
    )
    uvloop.run(run(given.rows, given.only, given.count, given.clocks))
    console.print(f"measured in {(time.monotonic() - began) / 60:.1f} minutes; kept in {REPORT}")


if __name__ == "__main__":
    main()
