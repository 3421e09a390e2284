"""Disturb a system under load, and print the seed, each act and the verdict: `python -m tests.chaos [--seed S]`."""

import argparse
import asyncio
import json
import random
import shutil
import sys
import time
from pathlib import Path

from deploy.local import preflight
from tests.chaos.plan import short, whole
from tests.chaos.run import shake

FOLDER = Path(".local/chaos")


def main() -> int:
    """Print the seed, run the plan, and print each act and the verdict. Return 1 when anything is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--complaints", type=int, default=20_000)
    parser.add_argument("--pace", type=float, default=70.0, help="complaints a second")
    parser.add_argument("--short", action="store_true")
    given = parser.parse_args()
    seed = given.seed if given.seed is not None else random.SystemRandom().randrange(1_000_000)
    print(f"seed {seed}", flush=True)
    began = time.monotonic()

    def report(what: str) -> None:
        print(f"{time.monotonic() - began:6.1f} s  {what}", flush=True)

    shutil.rmtree(FOLDER, ignore_errors=True)
    preflight.check(FOLDER)
    rounds = short(seed) if given.short else whole(seed)
    verdict = asyncio.run(shake(FOLDER, seed, rounds, complaints=given.complaints, pace=given.pace, report=report))
    for sentence in verdict.wrong:
        print(f"WRONG: {sentence}")
    print(json.dumps(verdict.figures | {"wrong": len(verdict.wrong)}))
    return 1 if verdict.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
