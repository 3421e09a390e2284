"""Command that brings topics, users and rights to what the catalogue says: `python -m deploy.kafka apply`."""

from pathlib import Path
from typing import Annotated

import typer
from confluent_kafka.admin import AdminClient

from deploy.kafka import apply as cluster
from deploy.kafka import plan
from deploy.options import Authority, Bootstrap, KafkaAdmin, KafkaPassword, Mechanism, Security
from deploy.secrets import Secrets
from shared.reference import opds

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def main() -> None:
    """Manage the Kafka cluster's topics, users and rights."""


@app.command()
def apply(
    bootstrap: Bootstrap,
    secrets: Annotated[
        Path, typer.Option(envvar="TANGGAP_SECRETS", help="one file per user: kafka-<user>, made if missing")
    ],
    admin_user: KafkaAdmin = "admin",
    admin_password: KafkaPassword = "",
    mechanism: Mechanism = "SCRAM-SHA-512",
    security: Security = "SASL_PLAINTEXT",
    ca: Authority = None,
    replication: Annotated[
        int | None,
        typer.Option(
            min=1,
            envvar="TANGGAP_KAFKA_REPLICATION",
            help="copies of each new topic; unset: one per broker, three at most",
        ),
    ] = None,
) -> None:
    """Create what is missing, correct what differs, and revoke rights that the catalogue no longer gives."""
    client = cluster.admin_client(bootstrap, security, admin_user, admin_password, ca, mechanism)
    bring_to_plan(client, Secrets(secrets), replication or cluster.copies(client))


def bring_to_plan(client: AdminClient, secrets: Secrets, replication: int) -> None:
    """Bring topics, users and rights to the plan for this province's agencies."""
    codes = list(opds())
    created = cluster.topics(client, plan.every_stream(codes), replication)
    cluster.users(client, {user: secrets.get(f"kafka-{user}") for user in plan.users(codes)})
    granted, taken = cluster.rights(client, plan.rights(codes))
    print(
        f"topics created: {created}, copies of each: {replication}; rights granted: {granted}, taken back: {taken}; "
        f"users: {len(plan.users(codes))}"
    )


if __name__ == "__main__":
    app()
