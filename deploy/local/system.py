"""The whole system on this machine: Kafka and Postgres, topics, roles, tables, keys, services, books and audit."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Self

from deploy.kafka import apply as cluster
from deploy.kafka import plan
from deploy.local import process
from deploy.local.addresses import FIXED, SERVICES, Addresses, Ports, env_file
from deploy.local.caller_keys import make_keys
from deploy.local.infra import Infra
from deploy.local.replica import ROOT, Replica
from deploy.postgres import apply as server
from deploy.secrets import Secrets
from shared.clock import step_clock
from shared.postgres.migrations import migrate
from shared.reference import opds

Report = Callable[[str], None]


def _silent(_what: str) -> None:
    """Report nothing."""


class System:
    """The local system. Inside `async with System(folder) as system:` it is ready, afterwards all of it has stopped.

    ``fixed_ports`` uses 8001–8004 instead of free ports. With ``clock`` domain time stands still at that time until
    `step_clock`. ``extra`` holds settings per service, without the prefix, e.g. {"notifier": {"SMTP_PORT": "2525"}}.
    ``opd_users`` are the OPDs that get a Kafka user, by default all. ``brokers`` is the number of Kafka brokers.
    With ``standby`` a second Postgres has each commit.
    """

    def __init__(
        self,
        folder: Path,
        *,
        fixed_ports: bool = False,
        clock: datetime | None = None,
        extra: Mapping[str, Mapping[str, str]] | None = None,
        opd_users: Collection[str] | None = None,
        brokers: int = 1,
        standby: bool = False,
        report: Report = _silent,
    ) -> None:
        self.folder = folder.resolve()
        self.secrets = Secrets(self.folder / "secrets")
        self.infra = Infra(self.folder, brokers=brokers, standby=standby)
        self.replicas: dict[str, Replica] = {}
        self.keys: dict[str, str] = {}
        self._fixed_ports = fixed_ports
        self._clock = clock
        self._extra = extra or {}
        self._opd_users = opds() if opd_users is None else opd_users
        self._report = report
        self._addresses: Addresses | None = None

    @property
    def addresses(self) -> Addresses:
        if self._addresses is None:
            raise RuntimeError("the system is not running")
        return self._addresses

    @property
    def clock_file(self) -> Path:
        return self.folder / "clock.jsonl"

    @property
    def anchors(self) -> Path:
        return (self.folder / "anchors" / "anchors.jsonl").resolve()

    @property
    def env_file(self) -> Path:
        return self.folder / "dev.env"

    def url(self, service: str) -> str:
        """Return the base URL of the service's first replica."""
        return self.addresses.url(service)

    def step_clock(self, to: datetime) -> None:
        """Move domain time forward for all services at once."""
        step_clock(self.clock_file, to)

    async def start(self) -> None:
        """Start everything in order. After any error, also a cancellation, nothing is left running."""
        try:
            await self._start()
        except BaseException:  # includes CancelledError
            await self.stop()
            raise

    async def _start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._report("Kafka and Postgres")
        await asyncio.to_thread(self.infra.start)
        self._addresses = self._addressed()
        if self._clock and not self.clock_file.exists():
            self.step_clock(self._clock)
        self._report("topics, users, rights, roles and tables")
        await asyncio.gather(asyncio.to_thread(self._prepare_kafka), self._prepare_postgres())
        self._report("keys")
        self.keys = await make_keys(self.addresses)
        self._write_env_file()
        self._report("four services")
        for name in SERVICES:
            self.replica(name).start()
        await asyncio.to_thread(self._prepare_opd_users)
        self.start_books()
        self._start_audit()
        for name in SERVICES:
            await self.replicas[name].ready()
            self._report(f"{name} is ready on {self.url(name)}")

    def replica(self, service: str, number: int = 1) -> Replica:
        """Return the service's replica of this number. A new one is made but not started.

        Replica 1 has the service's own ports; others get free ones.
        """
        name = service if number == 1 else f"{service}-{number}"
        if name not in self.replicas:
            ports = self.addresses.ports[service] if number == 1 else Ports(process.free_port(), process.free_port())
            env = self.addresses.common() | self.addresses.of(service, ports) | {"TANGGAP_REPLICA": str(number)}
            module = [f"services.{service}", "serve"]
            self.replicas[name] = Replica(name, module, env, self.folder / "log" / f"{name}.log", ports)
        return self.replicas[name]

    def start_books(self, every: int = 60) -> None:
        """Start the books, which compare the four schemas every ``every`` seconds."""
        books = Replica(
            "books", ["deploy.books", "--every", str(every)], self.addresses.books(), self.folder / "log" / "books.log"
        )
        self.replicas["books"] = books
        books.start()

    def _start_audit(self) -> None:
        """Start the audit, which anchors the chains once a day in a file beside the database."""
        env = self.addresses.audit(str(self.anchors))
        audit = Replica("audit", ["deploy.audit", "watch"], env, self.folder / "log" / "audit.log")
        self.replicas["audit"] = audit
        audit.start()

    async def stop(self) -> None:
        """Stop all services at the same time, so that each finishes its batch, and then Kafka and Postgres."""
        with ThreadPoolExecutor(max_workers=16) as pool:
            for replica in self.replicas.values():
                replica.resume() if replica.running else None
                pool.submit(replica.stop)
        self.replicas.clear()
        self.infra.stop()

    def died(self) -> list[str]:
        """Return the names of the processes that ended by themselves."""
        return [name for name, replica in self.replicas.items() if not replica.running]

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def _addressed(self) -> Addresses:
        ports = (
            FIXED if self._fixed_ports else {name: Ports(process.free_port(), process.free_port()) for name in FIXED}
        )
        clock_file = str(self.clock_file) if self._clock else None
        # A store of files belongs to one database, so each system has its own.
        intake = {"MEDIA_FOLDER": str((self.folder / "media").resolve()), **self._extra.get("intake", {})}
        return Addresses(
            self.infra.bootstrap,
            self.infra.kafka_security,
            self.infra.admin_dsn,
            ports,
            self.secrets,
            clock_file,
            {**self._extra, "intake": intake},
        )

    def _prepare_kafka(self) -> None:
        client = cluster.admin_client(self.infra.bootstrap, self.infra.kafka_security, *self.infra.kafka_admin)
        codes = list(opds())
        cluster.topics(client, plan.every_stream(codes), cluster.copies(client))
        cluster.users(client, self._passwords((*SERVICES, plan.BOOKS)))
        cluster.rights(client, plan.rights(codes))

    def _prepare_opd_users(self) -> None:
        """Create the Kafka users of the OPDs.

        Stretching about fifty passwords takes two seconds, for which the services need not wait.
        """
        client = cluster.admin_client(self.infra.bootstrap, self.infra.kafka_security, *self.infra.kafka_admin)
        cluster.users(client, self._passwords([plan.opd_user(code) for code in self._opd_users]))

    def _passwords(self, users: Iterable[str]) -> dict[str, str]:
        return {user: self.secrets.get(f"kafka-{user}") for user in users}

    async def _prepare_postgres(self) -> None:
        await server.apply(self.infra.admin_dsn, lambda role: self.secrets.get(f"postgres-{role}"))
        await asyncio.gather(
            *(
                migrate(self.addresses.dsn(server.owner_of(name)), name, ROOT / "services" / name / "migrations")
                for name in SERVICES
            )
        )

    def _write_env_file(self) -> None:
        told = self.addresses.everything() | self.addresses.audit(str(self.anchors))
        told |= {f"{name.upper()}_URL": self.url(name) for name in SERVICES}
        told |= {f"KEY_{name.upper().replace('.', '_').replace('-', '_')}": key for name, key in self.keys.items()}
        told |= {
            f"KAFKA_PASSWORD_{_shell(plan.opd_user(code))}": self.secrets.get(f"kafka-{plan.opd_user(code)}")
            for code in self._opd_users
        }
        self.env_file.touch(mode=0o600)
        self.env_file.write_text(
            "# Throw-away addresses and keys of this machine's system.\n" + "".join(env_file(told))
        )


def _shell(name: str) -> str:
    return name.upper().replace("-", "_")
