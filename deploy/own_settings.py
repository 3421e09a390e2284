"""Settings of one's own: a file `NAME.own.env` for each service, which no command ever writes."""

from __future__ import annotations

from pathlib import Path

from dotenv import dotenv_values

from deploy.settings_page import settings_of

PREFIX = "TANGGAP_"


class WrongName(SystemExit):
    """Ends the start with one line that names a variable of another service, or of none."""


def own_file(folder: Path, service: str) -> Path:
    """Return the file with the operator's own settings of a service."""
    return folder / f"{service}.own.env"


def read_env_file(file: Path) -> dict[str, str]:
    """Return the variables of a file with one `NAME=value` on each line, or none when there is no file."""
    return {name: value or "" for name, value in dotenv_values(file, interpolate=False).items()}


def own_fields(folder: Path, service: str) -> dict[str, str]:
    """Return a service's own settings by the name of the field, as `System` takes them.

    Raises WrongName when the service has no such setting.
    """
    fields = {}
    for name, value in read_env_file(own_file(folder, service)).items():
        field = name.removeprefix(PREFIX).removeprefix(f"{service.upper()}_")
        if not name.startswith(PREFIX) or field.lower() not in settings_of(service).model_fields:
            raise WrongName(f"{own_file(folder, service)}: {name} is no setting of {service}")
        fields[field] = value
    return fields
