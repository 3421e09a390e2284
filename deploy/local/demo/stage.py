"""Stage of the demo on this machine: the whole system, begun anew each time, with stubs of the world outside."""

import asyncio
import base64
import os
import secrets
import shutil
import signal
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Protocol, Self

from deploy.local.demo import doors
from deploy.local.demo.doors import PHONE_NUMBER_ID
from deploy.local.demo.http import client
from deploy.local.demo.opd_process import SYSTEMS
from deploy.local.demo.stubs.people import officers_csv
from deploy.local.process import LEASH, free_port
from deploy.local.replica import INHERITED, ROOT
from deploy.local.system import System
from deploy.postgres.apply import BOOKS, DATABASE
from shared.reference import opds

Report = Callable[[str], None]


class Stage(Protocol):
    """The interface to a running system that the demo needs."""

    folder: Path
    stubs: "Stubs"

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


class Stubs:
    """The process that stands for WhatsApp, a mail server and a webhook receiver."""

    def __init__(self, folder: Path, http_port: int = 0, smtp_port: int = 0) -> None:
        self.url, self.smtp_port, self._http_port = f"http://127.0.0.1:{http_port}", smtp_port, http_port
        self.app_secret, self.token, self.verify_token = (
            secrets.token_hex(32),
            secrets.token_hex(32),
            secrets.token_hex(16),
        )
        self.webhook_secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
        self._log = folder / "log" / "stubs.log"
        self._process: Process | None = None

    async def start(self) -> None:
        """Start the process and return when its ports are open. Raises RuntimeError when it ends before that."""
        ports = ["--http-port", str(self._http_port), "--smtp-port", str(self.smtp_port)]
        leash = [sys.executable, "-I", "-S", str(LEASH), str(os.getpid()), str(int(signal.SIGTERM)), "-"]
        env = {name: os.environ[name] for name in INHERITED if name in os.environ} | {
            "TANGGAP_STUB_APP_SECRET": self.app_secret,
            "TANGGAP_STUB_WEBHOOK_SECRET": self.webhook_secret,
            "TANGGAP_STUB_TOKEN": self.token,
        }
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *leash,
                sys.executable,
                "-m",
                "deploy.local.demo.stubs",
                *ports,
                stdout=PIPE,
                stderr=log,
                env=env,
                cwd=ROOT,
                start_new_session=True,
            )
        assert self._process.stdout is not None
        if not await asyncio.wait_for(self._process.stdout.readline(), 60):
            raise RuntimeError(f"the stubs ended at their start; see {self._log}")

    async def report_to(self, webhook: str) -> None:
        """Tell the WhatsApp stub the webhook to which it posts the statuses of messages."""
        async with client(self.url) as http:
            (await http.post("/orders", json={"status_url": webhook})).raise_for_status()

    async def stop(self) -> None:
        """Stop the process. Kill it after 10 s."""
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), 10)
        except TimeoutError:
            process.kill()
            await process.wait()

    def settings(self, host: str = "127.0.0.1") -> dict[str, dict[str, str]]:
        """Return the settings by which intake and notifier use the stubs.

        ``host`` is the name of this machine as the services see it.
        """
        url = self.url.replace("127.0.0.1", host)
        return {
            "intake": {"WHATSAPP_APP_SECRETS": self.app_secret, "WHATSAPP_VERIFY_TOKEN": self.verify_token},
            "notifier": {
                "WHATSAPP_BASE": url,
                "WHATSAPP_PHONE_NUMBER_ID": PHONE_NUMBER_ID,
                "WHATSAPP_TOKEN": self.token,
                "WHATSAPP_RATE": "500",
                "SMTP_HOST": host,
                "SMTP_PORT": str(self.smtp_port),
                "SMTP_TLS": "none",
                "SMTP_RATE": "500",
                "WEBHOOK_ALLOW_LOOPBACK": "true",
                "SETTLE_SECONDS": "0.3",
                "POLL_SECONDS": "0.03",
            },
        }


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
            self.folder, clock=self._at, extra=self.stubs.settings(), report=self._report, opd_users=SYSTEMS
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
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    with tempfile.NamedTemporaryFile("w", suffix=".csv", encoding="utf-8") as table:
        table.write(officers_csv(opds(), stubs.url, stubs.webhook_secret))
        table.flush()
        importing = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "services.notifier",
            "addresses",
            "import",
            table.name,
            stdout=PIPE,
            stderr=PIPE,
            env=inherited | dict(environment),
            cwd=ROOT,
        )
        _, errors = await importing.communicate()
    if importing.returncode:
        raise RuntimeError(f"the officers' addresses were not taken: {errors.decode()[-500:]}")
