"""The operator's own settings: read as they are written, and refused by name when a service has no such setting."""

from pathlib import Path

import pytest

from deploy.own_settings import WrongName, own_fields, own_file, read_env_file


def test_a_service_without_a_file_has_no_settings_of_its_own(tmp_path: Path) -> None:
    assert own_fields(tmp_path, "intake") == {}


def test_settings_may_be_quoted_and_may_name_the_service_or_not(tmp_path: Path) -> None:
    lines = "# ours\nTANGGAP_NOTIFIER_SMTP_HOST=surel.kaltim.example\nTANGGAP_SMTP_PASSWORD='a#b$c d'\nTANGGAP_LOG_LEVEL=debug\n"
    own_file(tmp_path, "notifier").write_text(lines)
    assert own_fields(tmp_path, "notifier") == {
        "SMTP_HOST": "surel.kaltim.example",
        "SMTP_PASSWORD": "a#b$c d",
        "LOG_LEVEL": "debug",
    }


@pytest.mark.parametrize("name", ["TANGGAP_SMTP_HOST", "TANGGAP_NOTIFIER_LOG_LEVEL", "SECRET", "TANGGAP_LOGLEVEL"])
def test_a_name_that_the_service_does_not_know_ends_the_start(tmp_path: Path, name: str) -> None:
    own_file(tmp_path, "sla").write_text(f"{name}=x\n")
    with pytest.raises(WrongName, match=f"sla.own.env: {name} is no setting of sla"):
        own_fields(tmp_path, "sla")


def test_a_value_keeps_its_dollar_sign(tmp_path: Path) -> None:
    (tmp_path / "one.env").write_text("A=$B\nC='${D}'\n")
    assert read_env_file(tmp_path / "one.env") == {"A": "$B", "C": "${D}"}
