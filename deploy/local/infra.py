"""Kafka and Postgres for the local system: started by us, or those that the environment names."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self

from deploy.local.kafka_cluster import LocalCluster, OtherSize
from deploy.local.postgres import LocalPostgres
from deploy.local.postgres_pair import LocalPair


class Infra:
    """The Kafka and the Postgres that the services use.

    `TANGGAP_KAFKA_BOOTSTRAP` and `TANGGAP_ADMIN_DSN` each replace one of them by a server that already runs.
    """

    def __init__(self, folder: Path, *, brokers: int = 1, standby: bool = False) -> None:
        self.kafka: LocalCluster | None = None
        self.postgres: LocalPostgres | LocalPair | None = None
        if not os.environ.get("TANGGAP_KAFKA_BOOTSTRAP"):
            self.kafka = LocalCluster(folder, brokers)
        if not os.environ.get("TANGGAP_ADMIN_DSN"):
            self.postgres = LocalPair(folder) if standby else LocalPostgres(folder / "postgres")

    @property
    def bootstrap(self) -> str:
        return self.kafka.bootstrap if self.kafka else os.environ["TANGGAP_KAFKA_BOOTSTRAP"]

    @property
    def kafka_admin(self) -> tuple[str, str]:
        """The user and password that may create topics, users and rights."""
        if self.kafka:
            return self.kafka.admin_user, self.kafka.admin_password
        return os.environ.get("TANGGAP_KAFKA_ADMIN_USER", "admin"), os.environ.get("TANGGAP_KAFKA_ADMIN_PASSWORD", "")

    @property
    def kafka_security(self) -> str:
        return "SASL_PLAINTEXT" if self.kafka else os.environ.get("TANGGAP_KAFKA_SECURITY", "SASL_PLAINTEXT")

    @property
    def admin_dsn(self) -> str:
        return self.postgres.admin_dsn if self.postgres else os.environ["TANGGAP_ADMIN_DSN"]

    def start(self) -> None:
        """Start all servers at the same time. If one fails, stop the others and raise its error."""
        if isinstance(self.postgres, LocalPostgres) and self.postgres.root.with_name("postgres-2").exists():
            raise OtherSize(f"{self.postgres.root} is one of a pair, and waits for the other: start both (STANDBY=1)")
        with ThreadPoolExecutor() as pool:
            starting = [pool.submit(server.start) for server in (self.postgres, self.kafka) if server]
        errors = [error for begun in starting if (error := begun.exception())]
        if errors:
            self.stop()
            raise errors[0]

    def stop(self) -> None:
        """Stop the servers that we started."""
        for server in (self.kafka, self.postgres):
            if server:
                server.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
