"""Writer of the passwords of a cluster, a file for each: `python -m deploy.helm.passwords FOLDER`.

`kubectl create secret generic tanggap-passwords --from-file=FOLDER` takes them. What is there is kept, so the command
is repeated when a province gets another OPD.
"""

from collections.abc import Iterator
from pathlib import Path

import typer

from deploy.kafka import plan
from deploy.postgres.apply import roles
from deploy.secrets import Secrets
from shared.reference import opds


def names() -> Iterator[str]:
    """Yield the names of all passwords: of the users of Kafka, of the roles of Postgres, and the services' secret."""
    yield "service-secret"
    yield from (f"kafka-{user}" for user in plan.users(opds()))
    yield from (f"postgres-{role}" for role in roles())


def main(folder: Path) -> None:
    """Make the passwords that are missing in a folder."""
    secrets = Secrets(folder)
    for name in names():
        secrets.get(name)
    print(f"{len(list(names()))} passwords in {secrets.folder}")


if __name__ == "__main__":
    typer.run(main)
