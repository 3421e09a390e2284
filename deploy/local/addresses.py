"""Who is where and who logs in as what: pure, from ports and secrets to environment variables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from deploy.postgres.apply import BOOKS, dsn_for, owner_of
from deploy.secrets import Secrets

SERVICES = ("intake", "router", "sla", "notifier")
HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Ports:
    """A service's doors: its own, and the one for health and metrics."""

    http: int
    ops: int


FIXED = {name: Ports(8001 + index, 9001 + index) for index, name in enumerate((*SERVICES, BOOKS))}
"""Where `make up` puts the services; the books have no door but the one for metrics."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """All that the environment of a process is made of."""

    bootstrap: str
    kafka_security: str
    admin_dsn: str
    ports: Mapping[str, Ports]
    secrets: Secrets
    clock_file: str | None = None
    extra: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Per service, settings of its own without the prefix: {"notifier": {"SMTP_PORT": "2525"}}."""

    def url(self, service: str) -> str:
        return f"http://{HOST}:{self.ports[service].http}"

    def dsn(self, role: str) -> str:
        return dsn_for(self.admin_dsn, role, self.secrets.get(f"postgres-{role}"))

    def common(self) -> dict[str, str]:
        """What every service is told."""
        told = {
            "TANGGAP_KAFKA_BOOTSTRAP": self.bootstrap,
            "TANGGAP_KAFKA_SECURITY": self.kafka_security,
            "TANGGAP_KAFKA_MECHANISM": "SCRAM-SHA-512",
            "TANGGAP_SECRET": self.secrets.get("service-secret"),
            "TANGGAP_HOST": HOST,
            "TANGGAP_PUBLIC_URL": self.url("intake"),
        }
        if self.clock_file:
            told["TANGGAP_CLOCK_FILE"] = self.clock_file
            told["TANGGAP_GATHER_MS"] = "0"  # who steps the clock waits for everything
        return told

    def of(self, service: str, ports: Ports | None = None) -> dict[str, str]:
        """What this service alone is told; `ports` for another replica than the first."""
        own = ports or self.ports[service]
        told = {
            "DSN": self.dsn(service),
            "KAFKA_USER": service,
            "KAFKA_PASSWORD": self.secrets.get(f"kafka-{service}"),
            "PORT": str(own.http),
            "OPS_PORT": str(own.ops),
            **self.extra.get(service, {}),
        }
        return {f"TANGGAP_{service.upper()}_{name}": value for name, value in told.items()}

    def migrating(self, service: str) -> dict[str, str]:
        """What migrations are told beside that: the address of the schema's owner, which no running service may know."""
        return {f"TANGGAP_{service.upper()}_OWNER_DSN": self.dsn(owner_of(service))}

    def books(self) -> dict[str, str]:
        """What the books are told: their own address, and where they show their metrics."""
        return {"TANGGAP_BOOKS_DSN": self.dsn(BOOKS), "TANGGAP_BOOKS_OPS_PORT": str(self.ports[BOOKS].ops)}

    def everything(self) -> dict[str, str]:
        """All of it, for commands of any service: what `dev.env` holds."""
        told = self.common() | self.books()
        for service in SERVICES:
            told |= self.of(service) | self.migrating(service)
        return told


def env_file(told: Mapping[str, str]) -> Iterator[str]:
    """The lines of a file for `set -a; . FILE; set +a`."""
    for name, value in told.items():
        quoted = value.replace("'", "'\\''")
        yield f"{name}='{quoted}'\n"
