"""The receivers of alerts, from what the settings name."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.alerts.__main__ import app
from deploy.alerts.routes import configuration, receivers
from deploy.alerts.settings import AlertSettings, load
from shared.settings import WrongSetting

MAIL = {"smtp_host": "mail.example", "mail_from": "tanggap@dinas.example", "mail_to": "jaga@dinas.example"}


def settings(folder: Path, *files: str, **told: str) -> AlertSettings:
    for name in files:
        (folder / name).write_text(f"https://{name}.example/token\n")
    return AlertSettings.model_validate({"TANGGAP_SECRETS": folder, **told})


def ways(told: AlertSettings) -> dict[str, set[str]]:
    return {name: set(integrations) for name, integrations in receivers(told).items()}


def test_a_page_takes_every_way_and_a_ticket_is_a_mail(tmp_path: Path) -> None:
    told = settings(tmp_path, "alerts-webhook", "alerts-heartbeat", **MAIL)
    assert ways(told) == {
        "page": {"webhook_configs", "email_configs"},
        "ticket": {"email_configs"},
        "heartbeat": {"webhook_configs"},
    }
    [heartbeat] = receivers(told)["heartbeat"]["webhook_configs"]
    assert heartbeat == {"url": "https://alerts-heartbeat.example/token", "send_resolved": False}


def test_without_mail_a_ticket_takes_the_webhook(tmp_path: Path) -> None:
    assert ways(settings(tmp_path, "alerts-webhook"))["ticket"] == {"webhook_configs"}


def test_without_settings_alerts_are_kept_and_sent_nowhere(tmp_path: Path) -> None:
    assert ways(settings(tmp_path)) == {"page": set(), "ticket": set(), "heartbeat": set()}
    assert [one["name"] for one in configuration(settings(tmp_path))["receivers"]] == ["page", "ticket", "heartbeat"]


def test_the_password_of_the_mail_server_is_there_only_with_a_user(tmp_path: Path) -> None:
    (tmp_path / "alerts-smtp-password").write_text("rahasia")
    assert "auth_password" not in receivers(settings(tmp_path, **MAIL))["page"]["email_configs"][0]
    [mail] = receivers(settings(tmp_path, **MAIL, smtp_username="tanggap"))["page"]["email_configs"]
    assert (mail["auth_username"], mail["auth_password"]) == ("tanggap", "rahasia")


def test_mail_without_an_address_is_a_wrong_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TANGGAP_ALERTS_SMTP_HOST", "mail.example")
    with pytest.raises(WrongSetting, match="MAIL_TO"):
        load()


def test_the_configuration_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    settings(tmp_path, "alerts-webhook")
    file = tmp_path / "alertmanager.yml"
    done = CliRunner(env={"TANGGAP_SECRETS": str(tmp_path)}).invoke(app, ["config", str(file)])
    assert done.exit_code == 0, done.output
    assert "token" not in done.output
    assert file.stat().st_mode & 0o777 == 0o600
    assert json.loads(file.read_text())["route"]["receiver"] == "ticket"
