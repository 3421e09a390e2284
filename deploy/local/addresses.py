"""Addresses and logins of the local processes: pure functions from ports and secrets to environment variables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from deploy.postgres.apply import BOOKS, dsn_for, owner_of
from deploy.secrets import Secrets

SERVICES = ("intake", "router", "sla", "notifier")
AUDIT = "audit"
HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports of a service: one for its own interface, one for health and metrics."""

    http: int
    ops: int


# The ports that `make up` gives to the services. The books and the audit serve only health and metrics.
FIXED = {name: Ports(8001 + index, 9001 + index) for index, name in enumerate((*SERVICES, BOOKS, AUDIT))}


@dataclass(frozen=True, slots=True)
class Addresses:
    """All values from which the environment of a process is made."""

    bootstrap: str
    kafka_security: str
    admin_dsn: str
    ports: Mapping[str, Ports]
    secrets: Secrets
    clock_file: str | None = None
    # Settings of single services, without the prefix: {"notifier": {"SMTP_PORT": "2525"}}.
    extra: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def url(self, service: str) -> str:
        """Return the base URL of the service's first replica."""
        return f"http://{HOST}:{self.ports[service].http}"

    def dsn(self, role: str) -> str:
        """Return the Postgres address with which ``role`` logs in."""
        return dsn_for(self.admin_dsn, role, self.secrets.get(f"postgres-{role}"))

    def common(self) -> dict[str, str]:
        """Return the variables that every service gets."""
        told = {
            "TANGGAP_KAFKA_BOOTSTRAP": self.bootstrap,
            "TANGGAP_KAFKA_SECURITY": self.kafka_security,
            "TANGGAP_KAFKA_MECHANISM": "SCRAM-SHA-512",
            "TANGGAP_SECRET": self.secrets.get("service-secret"),
            "TANGGAP_HOST": HOST,
            "TANGGAP_PUBLIC_URL": self.url("intake"),
            "TANGGAP_CONSOLE_URL": self.url("router"),
            "TANGGAP_ACCOUNTS_URL": self.url("router"),
        }
        if self.clock_file:
            told["TANGGAP_CLOCK_FILE"] = self.clock_file
            # A caller who steps the clock waits for all that follows, so gathering would only delay it.
            told["TANGGAP_GATHER_MS"] = "0"
        return told

    def of(self, service: str, ports: Ports | None = None) -> dict[str, str]:
        """Return the variables of one service. ``ports`` are those of a replica other than the first."""
        own = ports or self.ports[service]
        more = {"DEADLINES_URL": self.url("sla")} if service == "router" else {}
        told = {
            "DSN": self.dsn(service),
            "KAFKA_USER": service,
            "KAFKA_PASSWORD": self.secrets.get(f"kafka-{service}"),
            "PORT": str(own.http),
            "OPS_PORT": str(own.ops),
            **more,
            **self.extra.get(service, {}),
        }
        return {f"TANGGAP_{service.upper()}_{name}": value for name, value in told.items()}

    def migrating(self, service: str) -> dict[str, str]:
        """Return the further variables of migrations: the address of the schema's owner.

        No running service may know that address.
        """
        return {f"TANGGAP_{service.upper()}_OWNER_DSN": self.dsn(owner_of(service))}

    def books(self) -> dict[str, str]:
        """Return the variables of the books: their Postgres and Kafka addresses and the port of their metrics."""
        kafka = {name: value for name, value in self.common().items() if name.startswith("TANGGAP_KAFKA_")}
        return kafka | {
            "TANGGAP_BOOKS_DSN": self.dsn(BOOKS),
            "TANGGAP_BOOKS_KAFKA_PASSWORD": self.secrets.get("kafka-books"),
            "TANGGAP_BOOKS_OPS_PORT": str(self.ports[BOOKS].ops),
        }

    def audit(self, anchors: str) -> dict[str, str]:
        """Return the variables of the audit, which reads as the role of the books, and keeps its anchors in this file."""
        return {
            "TANGGAP_BOOKS_DSN": self.dsn(BOOKS),
            "TANGGAP_AUDIT_OPS_PORT": str(self.ports[AUDIT].ops),
            "TANGGAP_AUDIT_ANCHORS": anchors,
        }

    def everything(self) -> dict[str, str]:
        """Return all variables together, as `dev.env` holds them for the commands of any service."""
        told = self.common() | self.books()
        for service in SERVICES:
            told |= self.of(service) | self.migrating(service)
        return told


def env_file(told: Mapping[str, str]) -> Iterator[str]:
    """Yield the lines of a file that a shell reads by `set -a; . FILE; set +a`."""
    for name, value in told.items():
        quoted = value.replace("'", "'\\''")
        yield f"{name}='{quoted}'\n"
