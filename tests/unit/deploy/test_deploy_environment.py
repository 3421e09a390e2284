"""The environment of each container: its own passwords, and never those of the roles above it."""

from pathlib import Path

import yaml

from deploy.docker.environment import addresses, files
from deploy.postgres.apply import SERVICES, owner_of

COMPOSE = yaml.safe_load((Path(__file__).parents[3] / "docker-compose.yml").read_text())["services"]


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


def test_no_container_hides_a_setting_of_its_files() -> None:
    # A variable without a value in docker-compose.yml removes that of the file where the shell does not set it.
    hidden = [
        (name, variable)
        for name, service in COMPOSE.items()
        for variable, value in dict(service.get("environment", {})).items()
        if value is None
    ]
    assert hidden == []


def test_whoever_runs_a_service_gives_it_settings_in_a_file_that_nothing_writes(tmp_path: Path) -> None:
    for name, service in COMPOSE.items():
        command = [*service.get("command", ())]
        if command[1:] == ["serve"]:
            own, needed = service["env_file"][-1], command[0].removeprefix("services.")
            assert own["path"].endswith(f"/{needed}.own.env"), name
            assert own["required"] is False
            assert Path(own["path"]).name not in files(addresses(tmp_path))


def test_the_links_of_the_pages_lead_to_the_published_ports(tmp_path: Path) -> None:
    written = files(addresses(tmp_path), "1")
    assert written["intake.env"]["TANGGAP_PUBLIC_URL"] == "http://127.0.0.1:18001"
    assert written["router.env"]["TANGGAP_CONSOLE_URL"] == "http://127.0.0.1:18002"
    assert written["router.env"]["TANGGAP_ROUTER_DEADLINES_URL"] == "http://127.0.0.1:18003"
