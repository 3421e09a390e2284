"""The environment of each container: its own passwords, and never those of the roles above it."""

from pathlib import Path

from deploy.docker.environment import addresses, files
from deploy.postgres.apply import SERVICES, owner_of


def test_no_running_service_knows_the_password_of_a_schemas_owner_or_of_another(tmp_path: Path) -> None:
    told = addresses(tmp_path)
    passwords = {
        role: told.secrets.get(f"postgres-{role}") for service in SERVICES for role in (service, owner_of(service))
    }
    written = files(told)
    for service in SERVICES:
        words = " ".join(written[f"{service}.env"].values())
        assert [role for role, password in passwords.items() if password in words] == [service]
        assert f"TANGGAP_{service.upper()}_OWNER_DSN" in written["migrations.env"]
    for beside in ("books.env", "audit.env"):
        assert not [role for role, password in passwords.items() if password in " ".join(written[beside].values())]
