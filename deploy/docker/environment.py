"""Writer of the files that docker-compose.yml reads, one per container: `python -m deploy.docker.environment`.

The files are in `.local/compose` (TANGGAP_COMPOSE_DIR). Passwords are generated once and kept, so that they keep
fitting the volumes.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from deploy.local.addresses import AUDIT, SERVICES, Addresses, Ports
from deploy.postgres.apply import BOOKS
from deploy.secrets import Secrets

FOLDER = Path(os.environ.get("TANGGAP_COMPOSE_DIR", ".local/compose"))
INSIDE = Ports(8000, 9000)
KAFKA_ADMIN = "admin"
ANCHORS = "/var/lib/tanggap/anchors/anchors.jsonl"
CLOCK = "/run/tanggap/clock/clock.jsonl"


def addresses(folder: Path, *, clock: bool = False, extra: Mapping[str, Mapping[str, str]] | None = None) -> Addresses:
    """Return how containers reach each other.

    `clock`: domain time comes from `clock/clock.jsonl` in the folder. `extra` has the meaning it has in `System`.
    """
    secrets = Secrets(folder / "secrets")
    admin_dsn = f"postgresql://postgres:{secrets.get('postgres-admin')}@postgres:5432/postgres"
    return Addresses(
        "kafka:9092",
        "SASL_PLAINTEXT",
        admin_dsn,
        dict.fromkeys((*SERVICES, BOOKS, AUDIT), INSIDE),
        secrets,
        CLOCK if clock else None,
        extra or {},
    )


def files(told: Addresses, digit: str = "") -> dict[str, Mapping[str, str]]:
    """Return the environment of each file, by file name. ``digit`` stands before each published port."""
    urls = {
        "TANGGAP_PUBLIC_URL": f"http://127.0.0.1:{digit}8001",
        "TANGGAP_CONSOLE_URL": f"http://127.0.0.1:{digit}8002",
        "TANGGAP_ACCOUNTS_URL": f"http://router:{INSIDE.http}",
    }
    deadlines = {"TANGGAP_ROUTER_DEADLINES_URL": f"http://127.0.0.1:{digit}8003"}
    common = told.common() | urls | {"TANGGAP_HOST": "0.0.0.0"}  # noqa: S104  inside a container
    jobs = {"TANGGAP_SECRETS": "/run/tanggap/secrets", "TANGGAP_KAFKA_BOOTSTRAP": "kafka:9094"}
    admin = {"TANGGAP_KAFKA_ADMIN_PASSWORD": told.secrets.get("kafka-admin"), "TANGGAP_KAFKA_ADMIN_MECHANISM": "PLAIN"}
    migrations = {
        name: value for service in SERVICES for name, value in (told.of(service) | told.migrating(service)).items()
    }
    return {
        **{f"{service}.env": common | told.of(service) for service in SERVICES},
        "router.env": common | told.of("router") | deadlines,
        "books.env": told.books() | {"TANGGAP_HOST": "0.0.0.0"},  # noqa: S104  inside a container
        "audit.env": told.audit(ANCHORS) | {"TANGGAP_HOST": "0.0.0.0"},  # noqa: S104  inside a container
        "migrations.env": common | migrations,
        "topics.env": jobs | admin,
        "roles.env": {"TANGGAP_SECRETS": "/run/tanggap/secrets", "TANGGAP_ADMIN_DSN": told.admin_dsn},
        "postgres.env": {"POSTGRES_PASSWORD": told.secrets.get("postgres-admin")},
        "kafka.env": _kafka(told.secrets),
        "grafana.env": {"GF_SECURITY_ADMIN_PASSWORD": told.secrets.get("grafana-admin")},
    }


def _kafka(secrets: Secrets) -> dict[str, str]:
    """Return the login settings of the broker.

    Clients use SCRAM. The administrator and the broker itself use a password from this configuration.
    """
    admin, broker = secrets.get("kafka-admin"), secrets.get("kafka-broker")
    plain = "org.apache.kafka.common.security.plain.PlainLoginModule required"
    scram = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
    own = f'username="broker" password="{broker}" user_broker="{broker}"'
    return {
        "KAFKA_LISTENER_NAME_CLIENT_SCRAM___SHA___512_SASL_JAAS_CONFIG": scram,
        "KAFKA_LISTENER_NAME_OUTSIDE_SCRAM___SHA___512_SASL_JAAS_CONFIG": scram,
        "KAFKA_LISTENER_NAME_ADMIN_PLAIN_SASL_JAAS_CONFIG": f'{plain} {own} user_{KAFKA_ADMIN}="{admin}";',
        "KAFKA_LISTENER_NAME_CONTROLLER_PLAIN_SASL_JAAS_CONFIG": f"{plain} {own};",
        "KAFKA_SUPER_USERS": f"User:{KAFKA_ADMIN};User:broker",
    }


def write(folder: Path, told: Addresses, digit: str = "", more: Mapping[str, Mapping[str, str]] | None = None) -> None:
    """Write all files, readable by their owner only. ``digit`` stands before each published port."""
    for name, lines in (files(told, digit) | dict(more or {})).items():
        file = folder / name
        file.touch(mode=0o600)
        file.write_text("".join(f"{key}={value}\n" for key, value in lines.items()))
    (folder / "clock").mkdir(exist_ok=True)


if __name__ == "__main__":
    write(FOLDER, addresses(FOLDER), os.environ.get("TANGGAP_PORTS", ""))
    print(f"written: {FOLDER}")
