"""Disturb a system under load, and print the seed, each act and the verdict: `python -m tests.chaos [--seed S]`.

Without `--scenario` the long plan of kills runs, and then every scenario.
"""

import argparse
import asyncio
import contextlib
import json
import random
import shutil
import sys
import time
from collections.abc import Coroutine
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from deploy.local import preflight
from tests.chaos.plan import short, whole
from tests.chaos.run import disturbed, shake
from tests.chaos.scenarios import SCENARIOS, Scenario
from tests.chaos.scenarios.disk import small
from tests.chaos.scenarios.kafka_lost import WITHOUT_KAFKA_S, be_without
from tests.chaos.verdict import Verdict

FOLDER = Path(".local/chaos")
KILLS = "kills"


def main() -> int:
    """Run what was asked for. Print the seed, each act and the verdicts, and return 1 when anything is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--complaints", type=int, default=20_000, help="of the plan of kills")
    parser.add_argument("--pace", type=float, default=70.0, help="complaints a second, of the plan of kills")
    parser.add_argument("--short", action="store_true", help="the short plan of kills, and no scenario")
    parser.add_argument("--scenario", action="append", choices=[KILLS, *SCENARIOS], help="this alone; may be repeated")
    parser.add_argument("--without-kafka", type=float, default=WITHOUT_KAFKA_S, help="seconds, of that scenario")
    parser.add_argument("--dir", type=Path, default=FOLDER, dest="folder", help="emptied before each run")
    given = parser.parse_args()
    seed = given.seed if given.seed is not None else random.SystemRandom().randrange(1_000_000)
    print(f"seed {seed}", flush=True)
    began = time.monotonic()

    def report(what: str) -> None:
        print(f"{time.monotonic() - began:6.1f} s  {what}", flush=True)

    preflight.check(given.folder, brokers=3)
    lines, wrong = [], 0
    for name in given.scenario or ([KILLS] if given.short else [KILLS, *SCENARIOS]):
        report(f"{name}: {SCENARIOS[name].outcome if name in SCENARIOS else 'every service at every point'}")
        shutil.rmtree(given.folder, ignore_errors=True)
        if name == KILLS:
            rounds = short(seed) if given.short else whole(seed)
            run = shake(given.folder, seed, rounds, complaints=given.complaints, pace=given.pace, report=report)
        else:
            scenario = SCENARIOS[name]
            if name == "without-kafka":
                scenario = replace(scenario, disturb=partial(be_without, seconds=given.without_kafka))
            run = play(given.folder, scenario, seed, report)
        with contextlib.ExitStack() as disks:
            if name in SCENARIOS and (on := SCENARIOS[name].small_disk):
                disks.enter_context(small(given.folder / on[0], on[1]))
            verdict = asyncio.run(run)
        for sentence in verdict.wrong:
            print(f"WRONG: {sentence}")
        print(json.dumps(verdict.figures | {"wrong": len(verdict.wrong)}), flush=True)
        wrong += len(verdict.wrong)
        lines.append(f"{name:16} {'ok' if not verdict.wrong else 'WRONG'}  {verdict.figures['seconds']} s")
    print("\n".join(lines))
    return 1 if wrong else 0


def play(folder: Path, scenario: Scenario, seed: int, report: Any) -> Coroutine[Any, Any, Verdict]:
    """Return the run of one scenario, to be awaited."""
    return disturbed(
        folder,
        seed,
        scenario.disturb,
        complaints=scenario.complaints,
        pace=scenario.pace,
        report=report,
        topics_whole=scenario.topics_whole,
        **scenario.built,
    )


if __name__ == "__main__":
    sys.exit(main())
