"""Settings of one's own: a file `NAME.own.env` for each service, which no command ever writes."""

from pathlib import Path

from dotenv import dotenv_values


def own_file(folder: Path, service: str) -> Path:
    """Return the file with the operator's own settings of a service."""
    return folder / f"{service}.own.env"


def read_env_file(file: Path) -> dict[str, str]:
    """Return the variables of a file with one `NAME=value` on each line, or none when there is no file."""
    return {name: value or "" for name, value in dotenv_values(file, interpolate=False).items()}
