"""Stage of the demo on this machine: the whole system, begun anew each time, with stubs of the world outside."""

import asyncio
import os
import shutil
import sys
import tempfile
from asyncio.subprocess import PIPE
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Protocol, Self

from deploy.local.demo import doors
from deploy.local.demo.opd_process import OPD_USERS
from deploy.local.demo.stubs.people import officers_csv
from deploy.local.demo.stubs_process import Stubs
from deploy.local.process import free_port
from deploy.local.replica import INHERITED, ROOT
from deploy.local.system import System
from deploy.postgres.apply import BOOKS, DATABASE
from shared.reference import opds

Report = Callable[[str], None]


class Stage(Protocol):
    """The interface to a running system that the demo needs."""

    folder: Path
    stubs: Stubs

    @property
    def keys(self) -> Mapping[str, str]:
        """The API keys by name, for every role of every service."""
        ...

    def url(self, service: str) -> str:
        """Return the base URL of a service."""
        ...

    def doors(self) -> doors.Addresses:
        """Return the addresses of the three doors."""
        ...

    @property
    def bootstrap(self) -> str:
        """The Kafka address under which an OPD connects."""
        ...

    @property
    def admin_dsn(self) -> str:
        """The superuser's address of the database, used only for the demo's counting."""
        ...

    @property
    def books_dsn(self) -> str:
        """The address of the database for the books."""
        ...

    def kafka_password(self, user: str) -> str:
        """Return the password of an OPD's Kafka user."""
        ...

    def step_clock(self, to: datetime) -> None:
        """Move domain time forward."""
        ...

    def memory_mib(self) -> Mapping[str, float]:
        """Return the resident memory of each process, or nothing where it cannot be measured."""
        ...

    async def name_officers(self) -> None:
        """Import the officers' addresses into the notifier."""
        ...

    async def command(self, module: str, *words: str) -> str:
        """Run a command of a service, such as `services.router accounts list`, and return its output."""
        ...


class LocalStage:
    """The stage on this machine. `async with LocalStage(folder, at, report) as stage:` begins with empty data.

    Afterwards none of its processes runs.
    """

    def __init__(self, folder: Path, at: datetime, report: Report) -> None:
        self.folder = folder.resolve()
        self._at, self._report = at, report
        self.stubs = Stubs(self.folder, free_port(), free_port())
        self._system: System | None = None
        self._wiping: asyncio.Future[None] | None = None

    @property
    def system(self) -> System:
        if self._system is None:
            raise RuntimeError("the system is not running")
        return self._system

    @property
    def keys(self) -> Mapping[str, str]:
        return self.system.keys

    def url(self, service: str) -> str:
        return self.system.url(service)

    def doors(self) -> doors.Addresses:
        intake = self.url("intake")
        return doors.Addresses(
            adapter=intake,
            whatsapp=intake,
            sp4n=intake,
            adapter_key=self.keys["intake.adapter"],
            sp4n_key=self.keys["intake.koordinator"],
            app_secret=self.stubs.app_secret,
            verify_token=self.stubs.verify_token,
        )

    @property
    def bootstrap(self) -> str:
        return self.system.infra.bootstrap

    @property
    def admin_dsn(self) -> str:
        return self.system.infra.admin_dsn.rpartition("/")[0] + f"/{DATABASE}"

    @property
    def books_dsn(self) -> str:
        return self.system.addresses.dsn(BOOKS)

    def kafka_password(self, user: str) -> str:
        return self.system.secrets.get(f"kafka-{user}")

    def step_clock(self, to: datetime) -> None:
        self.system.step_clock(to)

    def memory_mib(self) -> Mapping[str, float]:
        return {name: replica.memory_mib() for name, replica in self.system.replicas.items()}

    async def __aenter__(self) -> Self:
        self._wipe()
        self._system = System(
            self.folder, clock=self._at, extra=self.stubs.settings(), report=self._report, opd_users=OPD_USERS
        )
        try:
            async with asyncio.TaskGroup() as starting:
                starting.create_task(self.stubs.start())
                starting.create_task(self._system.start())
            await self.stubs.report_to(f"{self.url('intake')}/v1/whatsapp/webhook")
        except BaseException:  # includes CancelledError: after any error nothing is left running
            await self._stop()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stop()

    async def name_officers(self) -> None:
        await import_officers(self.system.addresses.everything(), self.stubs)

    async def command(self, module: str, *words: str) -> str:
        return await run_command(self.system.addresses.everything(), module, *words)

    def _wipe(self) -> None:
        """Empty the folder. The data of an earlier demo is removed in the background while this one starts."""
        old = self.folder.with_name(f"{self.folder.name}.old")
        shutil.rmtree(old, ignore_errors=True)
        if self.folder.exists():
            self.folder.rename(old)
        self.folder.mkdir(parents=True)
        self._wiping = asyncio.get_running_loop().run_in_executor(None, partial(shutil.rmtree, old, ignore_errors=True))

    async def _stop(self) -> None:
        if self._system is not None:
            await self._system.stop()
        await self.stubs.stop()
        if self._wiping is not None:
            await self._wiping


async def import_officers(environment: Mapping[str, str], stubs: Stubs) -> None:
    """Import invented officers by the notifier's own command. Raises RuntimeError when it refuses them."""
    with tempfile.NamedTemporaryFile("w", suffix=".csv", encoding="utf-8") as table:
        table.write(officers_csv(opds(), stubs.url, stubs.webhook_secret))
        table.flush()
        await run_command(environment, "services.notifier", "addresses", "import", table.name)


async def run_command(environment: Mapping[str, str], module: str, *words: str) -> str:
    """Run a command of a service as its administrator would, and return its output. Raises RuntimeError if it fails."""
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *words, stdout=PIPE, stderr=PIPE, env=inherited | dict(environment), cwd=ROOT
    )
    said, errors = await running.communicate()
    if running.returncode:
        raise RuntimeError(f"{module} {words[0]} failed: {errors.decode()[-500:]}")
    return said.decode()
