"""Run the demo once and count everything. The exit status is 0 only if every check holds.

Nothing may be missing and nothing may come twice.
"""

import argparse
import asyncio
import fcntl
import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from deploy.local import preflight
from deploy.local.demo.account import routing
from deploy.local.demo.compose_stage import ComposeStage
from deploy.local.demo.days import filing_time
from deploy.local.demo.play import Play, Played
from deploy.local.demo.samples import EXAMPLES, Samples, load
from deploy.local.demo.scenes.story import LEAST_DAYS
from deploy.local.demo.stage import LocalStage
from deploy.local.demo.tables import show, show_both_sides, show_checks

STARTED = time.monotonic()
FOLDER, COMPOSE_FOLDER = Path(".local/demo"), Path(".local/demo-compose")
DAYS = 40
Kind = type[LocalStage] | type[ComposeStage]


async def run(folder: Path, samples: Samples, days: int, console: Console, kind: Kind = LocalStage) -> int:
    """Play the demo, print the report, and return the exit status."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[what]}"), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("starting", total=None, what="")
        async with kind(folder, filing_time(), lambda what: progress.update(task, what=what)) as stage:

            def tell(done: int, of: int, what: str) -> None:
                progress.update(task, description=f"working day {done}/{of}", completed=done, total=of, what=what)

            played = await Play(stage, samples, days, tell).run()
            memory = stage.memory_mib()
            progress.update(task, description="stopping", what="")
    return report(console, played, samples, dict(memory))


def report(console: Console, played: Played, samples: Samples, memory: dict[str, float]) -> int:
    """Print the tables, then one line of JSON for machines. Return 0 if all is as it must be, else 1."""
    account = played.account
    correct, total, wrong = routing(played.cases, played.found, samples.labels)
    show(console, played, wrong, memory)
    show_checks(console, played.checks)
    show_both_sides(console, played.both)
    again = sum(system.report["counts"].get("duplicated", 0) for system in played.systems)
    line = {
        "accepted": sum(account.first.values()),
        **dict(account.first),
        "missing": account.missing,
        "duplicated": account.stubs["duplicated"] + again + account.second_escalations,
        "escalated": sum(row["times"] for row in account.escalations),
        "notified": account.stubs["notified"],
        "routing_correct": correct,
        "routing_total": total,
        "unlabelled": len(account.accepted) - len(played.found.of_sample),
        "mirrored": played.both.compared,
        "differences": len(played.both.differences),
        "broken": played.checks.broken,
        "seconds": round(time.monotonic() - STARTED, 1),
    }
    print(json.dumps(line), flush=True)
    return 1 if line["missing"] or line["duplicated"] or line["broken"] else 0


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the lock of ``folder``, because each demo begins by wiping it. Exits when another demo holds the lock."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemExit(f"a demo already runs in {folder}") from None
        yield


async def until_told(folder: Path, samples: Samples, days: int, console: Console, kind: Kind) -> int:
    """Run the demo, and cancel it in order on Ctrl-C and on SIGTERM."""
    playing = asyncio.current_task()
    assert playing is not None
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, playing.cancel)
    return await run(folder, samples, days, console, kind)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dir", type=Path, help="data, logs and throw-away keys; wiped first")
    parser.add_argument("--days", type=int, default=DAYS, help="working days to step through")
    parser.add_argument("--examples", type=Path, default=EXAMPLES, help="the complaints and what is right for each")
    parser.add_argument("--compose", action="store_true", help="on the containers of docker-compose.yml")
    options = parser.parse_args()
    if options.days < LEAST_DAYS:
        parser.error(f"the checks need at least {LEAST_DAYS} days")
    kind: Kind = ComposeStage if options.compose else LocalStage
    console = Console(width=None if sys.stdout.isatty() else 150)
    folder = options.dir or (COMPOSE_FOLDER if options.compose else FOLDER)
    if not options.compose:
        preflight.check(folder)
    with alone(folder):
        try:
            status = asyncio.run(until_told(folder, load(options.examples), options.days, console, kind))
        except asyncio.CancelledError:
            console.print("stopped")
            status = 130
    sys.stdout.flush()
    os._exit(status) if status == 130 else sys.exit(status)


if __name__ == "__main__":
    main()
