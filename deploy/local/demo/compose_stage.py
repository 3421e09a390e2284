"""Stage of the demo on containers: docker-compose.yml under its own project name, with fresh volumes each time."""

import asyncio
import os
import shutil
from asyncio.subprocess import PIPE
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Self

from deploy.docker import environment
from deploy.local.addresses import Addresses, Ports
from deploy.local.caller_keys import make_keys
from deploy.local.demo import doors
from deploy.local.demo.stage import import_officers, run_command
from deploy.local.demo.stubs_process import Stubs
from deploy.local.replica import ROOT
from deploy.postgres.apply import BOOKS, DATABASE
from deploy.secrets import Secrets
from shared.clock import step_clock

Report = Callable[[str], None]
PROJECT = "tanggap-demo"
FILES = ("docker-compose.yml", "docker-compose.demo.yml")
HTTP, SMTP = 18090, 18025
# The digit before every published port, so that the demo and `make up` can run side by side.
DIGIT = "1"
# A network other than that of a system that people run on this machine.
SUBNET = "172.31.252.0/24"
PUBLISHED = {
    "intake": Ports(18001, 0),
    "router": Ports(18002, 0),
    "sla": Ports(18003, 0),
    "notifier": Ports(18004, 0),
    "books": Ports(0, 0),
    "audit": Ports(0, 0),
}
WHATSAPP, SP4N = "http://127.0.0.1:18011", "http://127.0.0.1:18021"


class ComposeFailed(SystemExit):
    """A `docker compose` command failed, or docker is missing. The message holds its last lines, and the demo ends."""


class ContainerStubs(Stubs):
    """The stubs in a container.

    The same address works inside and outside, because each port is published under its own number.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, HTTP, SMTP)

    async def start(self) -> None:
        """Do nothing: Compose starts the stubs."""

    async def stop(self) -> None:
        """Do nothing: Compose stops the stubs."""

    def environment(self) -> dict[str, str]:
        """Return the environment variables of the stubs' container."""
        return {
            "TANGGAP_STUB_APP_SECRET": self.app_secret,
            "TANGGAP_STUB_WEBHOOK_SECRET": self.webhook_secret,
            "TANGGAP_STUB_TOKEN": self.token,
        }


class ComposeStage:
    """The stage on containers. `async with ComposeStage(folder, at, report) as stage:` begins with fresh volumes.

    Afterwards none of its containers runs. TANGGAP_COMPOSE_EXTRA names further compose files, separated by colons, for
    machines whose builds need special settings.
    """

    def __init__(self, folder: Path, at: datetime, report: Report) -> None:
        self.folder = folder.resolve()
        self.stubs: Stubs = ContainerStubs(self.folder)
        self._at, self._report = at, report
        self._compose = self.folder / "compose"
        self._secrets = Secrets(self._compose / "secrets")
        self._keys: Mapping[str, str] = {}

    @property
    def keys(self) -> Mapping[str, str]:
        return self._keys

    @property
    def bootstrap(self) -> str:
        return "127.0.0.1:19092"

    @property
    def admin_dsn(self) -> str:
        return self._outside().admin_dsn.rpartition("/")[0] + f"/{DATABASE}"

    @property
    def books_dsn(self) -> str:
        return self._outside().dsn(BOOKS)

    def url(self, service: str) -> str:
        return self._outside().url(service)

    def doors(self) -> doors.Addresses:
        return doors.Addresses(
            adapter=self.url("intake"),
            whatsapp=WHATSAPP,
            sp4n=SP4N,
            adapter_key=self.keys["intake.adapter"],
            sp4n_key=self.keys["intake.koordinator"],
            app_secret=self.stubs.app_secret,
            verify_token=self.stubs.verify_token,
        )

    def kafka_password(self, user: str) -> str:
        return self._secrets.get(f"kafka-{user}")

    def step_clock(self, to: datetime) -> None:
        step_clock(self._compose / "clock" / "clock.jsonl", to)

    def memory_mib(self) -> Mapping[str, float]:
        """Return nothing: the memory of containers is shown by `docker stats`."""
        return {}

    async def name_officers(self) -> None:
        await import_officers(self._outside().everything(), self.stubs)

    async def command(self, module: str, *words: str) -> str:
        return await run_command(self._outside().everything(), module, *words)

    async def __aenter__(self) -> Self:
        if shutil.which("docker") is None:
            raise ComposeFailed("make demo-compose needs docker with its compose plugin; make demo does without")
        await asyncio.to_thread(shutil.rmtree, self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        inside = environment.addresses(self._compose, clock=True, extra=self.stubs.settings(files_host="notifier"))
        environment.write(self._compose, inside, DIGIT, {"stubs.env": self._stub_settings()})
        await self._run("down", "--volumes", "--remove-orphans", "--timeout", "1")
        try:
            await self._start()
        except BaseException:  # includes CancelledError: after any error nothing is left running
            await self._stop()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stop()

    async def _start(self) -> None:
        self.step_clock(self._at)
        self._report("images")
        await self._run("build")
        self._report("containers")
        await self._run("up", "--detach", "--wait", "--wait-timeout", "600")
        self._report("keys")
        self._keys = await make_keys(self._outside())

    async def _stop(self) -> None:
        logs = await self._run("logs", "--no-color", "--timestamps")
        (self.folder / "log").mkdir(parents=True, exist_ok=True)
        (self.folder / "log" / "compose.log").write_bytes(logs)
        await self._run("down", "--volumes", "--remove-orphans")

    def _stub_settings(self) -> Mapping[str, str]:
        return self.stubs.environment() if isinstance(self.stubs, ContainerStubs) else {}

    def _outside(self) -> Addresses:
        """Return the addresses under which this machine reaches the containers."""
        admin = f"postgresql://postgres:{self._secrets.get('postgres-admin')}@127.0.0.1:15433/postgres"
        return Addresses(self.bootstrap, "SASL_PLAINTEXT", admin, PUBLISHED, self._secrets, extra=self.stubs.settings())

    async def _run(self, *words: str) -> bytes:
        """Run `docker compose …` and return its output. If we are cancelled, end the command and wait for it.

        Raises ComposeFailed when the command fails.
        """
        extra = os.environ.get("TANGGAP_COMPOSE_EXTRA", "").split(":")
        files = [word for file in (*FILES, *filter(None, extra)) for word in ("-f", file)]
        process = await asyncio.create_subprocess_exec(
            "docker",
            "compose",
            "--project-name",
            PROJECT,
            *files,
            *words,
            stdout=PIPE,
            stderr=PIPE,
            cwd=ROOT,
            env=os.environ
            | {"TANGGAP_COMPOSE_DIR": str(self._compose), "TANGGAP_PORTS": DIGIT, "TANGGAP_SUBNET": SUBNET},
            start_new_session=True,
        )
        try:
            out, errors = await process.communicate()
        except asyncio.CancelledError:
            process.terminate()
            await process.wait()
            raise
        if process.returncode:
            raise ComposeFailed(f"docker compose {words[0]}: {errors.decode(errors='replace')[-2000:]}")
        return out
