"""Replica: one process of one service on this machine."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

import httpx

from deploy.local import process
from deploy.local.addresses import HOST, Ports

ROOT = Path(__file__).resolve().parents[2]
INHERITED = ("PATH", "HOME", "LANG", "TZ", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE")


class DidNotStart(Exception):
    """A process ended at its start. The message holds the last lines of its log."""


class Replica:
    """One process of a service, which can be started, awaited, stopped, killed and frozen."""

    def __init__(
        self, name: str, module: list[str], env: Mapping[str, str], log: Path, ports: Ports | None = None
    ) -> None:
        self.name = name
        self.ports = ports
        self._module = module
        self._env = {key: os.environ[key] for key in INHERITED if key in os.environ} | dict(env)
        self._log = log
        self._child: process.Child | None = None

    @property
    def child(self) -> process.Child:
        if self._child is None:
            raise RuntimeError(f"{self.name} is not running")
        return self._child

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.running

    @property
    def url(self) -> str:
        if self.ports is None:
            raise RuntimeError(f"{self.name} has no door")
        return f"http://{HOST}:{self.ports.http}"

    def start(self, **more: str) -> None:
        """Start the process. ``more`` are environment variables for this start only."""
        self._child = process.start(
            self.name,
            [sys.executable, "-m", *self._module],
            self._log,
            env=self._env | more,
            cwd=ROOT,
            on_parent_death=signal.SIGTERM,
        )

    async def ready(self, seconds: float = 60) -> None:
        """Wait until `/readyz` answers 200.

        Raises DidNotStart when the process ends before that, TimeoutError after ``seconds``.
        """
        if self.ports is None:
            return
        async with httpx.AsyncClient(timeout=2) as client, asyncio.timeout(seconds):
            while True:
                if not self.running:
                    raise DidNotStart(f"{self.name} ended at its start:\n{self.child.last_lines()}")
                try:
                    if (await client.get(f"http://{HOST}:{self.ports.ops}/readyz")).status_code == httpx.codes.OK:
                        return
                except httpx.TransportError:
                    pass  # the port is not open yet
                await asyncio.sleep(0.1)

    def stop(self, seconds: float = 25) -> int | None:
        """Ask the process to finish and end; return its exit code, or None if it was never started."""
        if self._child is None:
            return None
        self._child.stop(signal.SIGTERM, seconds)
        return self._child.exit_code

    def kill(self) -> None:
        """Kill the process by SIGKILL."""
        self.child.kill()

    def pause(self) -> None:
        """Freeze the process: connections stay open and nothing answers."""
        self.child.send(signal.SIGSTOP)

    def resume(self) -> None:
        """Let a frozen process go on."""
        self.child.send(signal.SIGCONT)

    def memory_mib(self) -> float:
        """Return the resident memory in MiB."""
        for line in Path(f"/proc/{self.child.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        return 0.0
