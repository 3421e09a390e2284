"""Process of one OPD's own system. The demo can only start it, tell it to work, and stop it."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deploy.local.process import LEASH

PROGRAM = Path(__file__).with_name("opd_system.py")

# The two OPDs that have a system of their own, with the pace of their officers.
SYSTEMS = {"dpupr-pera": "slow", "disdikbud": "brisk"}
# The OPD that uses examples/opd_consumer.py as it stands, and the OPD whose officer works on the console.
EXAMPLE, CONSOLE = "dlh", "dishub"
# The OPDs that connect to Kafka.
OPD_USERS = (*SYSTEMS, EXAMPLE)
# The OPD whose system stops, the working day on which it stops, and the day on which it is started again.
AWAY = ("disdikbud", 6, 14)


class OpdProcess:
    """One OPD's system, which can be stopped and started again. Its memory is a file and outlives the process."""

    def __init__(self, code: str, pace: str, bootstrap: str, password: str, folder: Path) -> None:
        self.code, self.pace = code, pace
        self._log = folder / "log" / f"opd-{code}.log"
        memory = folder / f"opd-{code}.json"
        self._env = {
            "PATH": os.environ.get("PATH", ""),
            "OPD_CODE": code,
            "OPD_PACE": pace,
            "OPD_MEMORY": str(memory),
        } | {
            "KAFKA_BOOTSTRAP": bootstrap,
            "KAFKA_USER": f"opd-{code}",
            "KAFKA_PASSWORD": password,
        }
        self._process: Process | None = None
        # The system's last report about itself.
        self.report: Mapping[str, Any] = {"counts": {}, "cases": 0}

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start the process and wait until it is ready. Raises RuntimeError when it ends before that."""
        leash = [sys.executable, "-I", "-S", str(LEASH), str(os.getpid()), str(int(signal.SIGTERM)), "-"]
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *leash,
                sys.executable,
                str(PROGRAM),
                stdin=PIPE,
                stdout=PIPE,
                stderr=log,
                env=self._env,
                start_new_session=True,
            )
        await self._heard(30)

    async def work(self, day: int, *, only_read: bool = False) -> Mapping[str, Any]:
        """Let the officers work once. Return their report when the broker has acknowledged all their updates."""
        if not self.running:
            return {"sent": 0, "last": {}}
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"day": day, "only_read": only_read}).encode() + b"\n")
        self.report = await self._heard(30)
        return self.report

    async def stop(self) -> None:
        """Stop the process by closing its input. Kill it after 10 s."""
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), 10)
        except TimeoutError:
            process.kill()
            await process.wait()

    async def _heard(self, seconds: float) -> Mapping[str, Any]:
        assert self._process is not None
        assert self._process.stdout is not None
        line = await asyncio.wait_for(self._process.stdout.readline(), seconds)
        if not line:
            raise RuntimeError(f"the system of {self.code} ended; see {self._log}")
        said: Mapping[str, Any] = json.loads(line)
        return said
