"""An OPD that runs examples/opd_consumer.py as it stands: it listens, fetches files, and answers."""

import asyncio
import os
import sys
import time
from asyncio.subprocess import PIPE, Process
from pathlib import Path

from deploy.local.demo import children
from deploy.local.demo.cases import Cases, Seen
from deploy.local.demo.opd_process import EXAMPLE
from deploy.local.demo.samples import EXAMPLES

PROGRAM = EXAMPLES / "opd_consumer.py"
ANSWER = "Petugas sudah memeriksa lokasi dan menghentikan pembuangannya."
PATIENCE_S = 30.0


class ExampleOpd:
    """The OPD with the example consumer. ``router`` and ``key`` are what it was given for the files of its cases."""

    def __init__(self, bootstrap: str, password: str, router: str, key: str, folder: Path) -> None:
        self._folder = folder
        self._env = {
            "PATH": os.environ.get("PATH", ""),
            "OPD_CODE": EXAMPLE,
            "OPD_MEMORY": str(folder / f"opd-{EXAMPLE}.json"),
            "OPD_API": router,
            "OPD_KEY": key,
            "KAFKA_BOOTSTRAP": bootstrap,
            "KAFKA_USER": f"opd-{EXAMPLE}",
            "KAFKA_PASSWORD": password,
        }
        self._listening: Process | None = None
        self._answered: set[tuple[str, int]] = set()

    async def start(self) -> None:
        """Start to listen. The program accepts each assignment by itself."""
        log_file = self._folder / "log" / f"opd-{EXAMPLE}.log"
        self._listening = await children.start(str(PROGRAM), "listen", log=log_file, env=self._env)

    async def stop(self) -> None:
        """Stop to listen. Kill the program after 10 s."""
        process, self._listening = self._listening, None
        await children.end(process)

    async def files(self, ticket: str) -> str:
        """Fetch the files of a case, and return what the program said of them."""
        return await self._run("files", ticket, str(self._folder / "opd-files"))

    async def work(self, cases: Cases, day: int) -> int:
        """Answer each case that was accepted before today. Return how many."""
        mine = [case for case in cases.in_state("in_progress") if case.opd == EXAMPLE and case.since < day]
        todo = [case for case in mine if (case.ticket, case.rounds) not in self._answered]
        for case in todo:
            again = f" Ini jawaban ke-{case.rounds}." if case.rounds > 1 else ""
            await self._run("answer", case.ticket, ANSWER + again)
            self._answered.add((case.ticket, case.rounds))
        return len(todo)

    async def settled(self, cases: Cases, day: int) -> bool:
        """Wait until the router has what the program said. Return whether that took a while. Raises after 30 s."""
        until, waited = time.monotonic() + PATIENCE_S, False
        while waiting := [case.ticket for case in cases.by_key.values() if self._under_way(case)]:
            if time.monotonic() > until:
                raise TimeoutError(f"the example consumer has said nothing on {waiting}")
            waited = True
            await asyncio.sleep(0.05)
            await cases.refresh(day)
        return waited

    def _under_way(self, case: Seen) -> bool:
        said = case.state == "in_progress" and (case.ticket, case.rounds) in self._answered
        return case.opd == EXAMPLE and (case.state == "assigned" or said)

    async def _run(self, *words: str) -> str:
        running = await asyncio.create_subprocess_exec(
            sys.executable, str(PROGRAM), *words, stdout=PIPE, stderr=PIPE, env=self._env
        )
        said, errors = await running.communicate()
        if running.returncode:
            raise RuntimeError(f"opd_consumer.py {words[0]} failed: {errors.decode()[-500:]}")
        return said.decode()
