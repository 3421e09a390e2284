"""The real Kafka and the real Postgres, started once per test session. Every test gets its own database."""

import asyncio
import uuid
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from confluent_kafka.admin import AdminClient

from deploy.kafka import apply as cluster
from deploy.kafka import plan
from deploy.local.kafka import LocalKafka
from deploy.local.postgres import LocalPostgres
from deploy.postgres import apply as server
from deploy.secrets import Secrets
from shared.reference import opds


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalKafka]:
    """Yield a broker that knows only its administrator."""
    broker = LocalKafka(tmp_path_factory.mktemp("kafka"))
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalPostgres]:
    """Yield an empty server."""
    own = LocalPostgres(tmp_path_factory.mktemp("postgres"))
    own.start()
    yield own
    own.stop()


@pytest.fixture(scope="session")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Secrets:
    """Return the passwords of this test session, named `kafka-<user>` and `postgres-<role>`."""
    return Secrets(tmp_path_factory.mktemp("secrets"))


@pytest.fixture(scope="session")
def kafka_admin(kafka: LocalKafka) -> AdminClient:
    return cluster.admin_client(kafka.bootstrap, "SASL_PLAINTEXT", kafka.admin_user, kafka.admin_password)


@pytest.fixture(scope="session")
def cluster_ready(kafka: LocalKafka, kafka_admin: AdminClient, secrets: Secrets) -> LocalKafka:
    """Return the broker with every topic, user and right of the catalogue."""
    codes = list(opds())
    cluster.topics(kafka_admin, plan.every_stream(codes), 1)
    cluster.users(kafka_admin, {user: secrets.get(f"kafka-{user}") for user in plan.users(codes)})
    cluster.rights(kafka_admin, plan.rights(codes))
    return kafka


class Database:
    """A new database with every role and schema, but without tables."""

    def __init__(self, own: LocalPostgres, secrets: Secrets) -> None:
        self.name = f"t{uuid.uuid4().hex}"
        self._own, self._secrets = own, secrets
        asyncio.run(server.apply(own.admin_dsn, self._password, self.name))

    def dsn(self, role: str) -> str:
        """Return the DSN for one of the roles: `router`, `router_owner`, `books` …"""
        return server.dsn_for(self._own.admin_dsn, role, self._password(role), self.name)

    @property
    def admin_dsn(self) -> str:
        return self._own.admin_dsn.removesuffix("postgres") + self.name

    def drop(self) -> None:
        asyncio.run(self._drop())

    async def _drop(self) -> None:
        connection = await asyncpg.connect(self._own.admin_dsn)
        try:
            await connection.execute(f'DROP DATABASE "{self.name}" WITH (FORCE)')
        finally:
            await connection.close()

    def _password(self, role: str) -> str:
        return self._secrets.get(f"postgres-{role}")


@pytest.fixture
def database(postgres: LocalPostgres, secrets: Secrets) -> Iterator[Database]:
    own = Database(postgres, secrets)
    yield own
    own.drop()


def migrate(database: Database, service: str, folder: Path) -> None:
    """Create the service's tables, as the role that owns its schema."""
    from shared.postgres.migrations import migrate as apply

    asyncio.run(apply(database.dsn(f"{service}_owner"), service, folder))


@pytest.fixture
def postgres_admin_dsn(postgres: LocalPostgres) -> str:
    return postgres.admin_dsn
