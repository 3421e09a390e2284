"""The environment of each process, from this shell or from docker-compose.yml, and the settings that it makes."""

import difflib
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from deploy.check.model import Finding, Plan, wrong
from deploy.own_settings import read_env_file
from deploy.settings_page import NAMES, settings_of, variables
from shared.settings import Settings

PREFIX: Final = "TANGGAP_"
FOR_TESTS: Final = ("TANGGAP_FAULT", "TANGGAP_DEVELOPMENT")


class Process(NamedTuple):
    """One process: its service, and its environment."""

    service: str
    environment: Mapping[str, str]


def of_shell(environment: Mapping[str, str]) -> dict[str, Process]:
    """Return the four services as if each were started in this environment."""
    return {service: Process(service, environment) for service in NAMES}


def of_compose(file: Path, shell: Mapping[str, str]) -> dict[str, Process]:
    """Return the processes of a compose file with the environment that it gives them.

    Raises SystemExit when a file that `make compose-env` writes is missing.
    """
    import yaml

    def filled(text: str) -> str:
        return re.sub(r"\$\{(\w+):-([^}]*)\}", lambda found: shell.get(found[1]) or found[2], text)

    processes = {}
    for name, service in yaml.safe_load(file.read_text(encoding="utf-8"))["services"].items():
        command = service.get("command") or []
        if command[1:] == ["serve"]:
            environment: dict[str, str] = {}
            for one in service["env_file"]:
                told = file.parent / filled(one if isinstance(one, str) else one["path"])
                if isinstance(one, str) and not told.exists():
                    raise SystemExit(f"{told} is missing: run `make compose-env` first")
                environment |= read_env_file(told)
            environment |= {key: filled(str(value)) for key, value in service["environment"].items()}
            processes[name] = Process(command[0].removeprefix("services."), environment)
    return processes


def plan_of(processes: Mapping[str, Process]) -> tuple[Plan | None, list[Finding]]:
    """Return the settings of all processes, or what keeps one of them from starting. Names of no setting are found too."""
    found = list(dict.fromkeys(one for process in processes.values() for one in _strangers(process.environment)))
    settings: dict[str, Settings] = {}
    for name, (service, environment) in processes.items():
        kind = settings_of(service)
        try:
            settings[name] = given(kind, environment)
            _ = settings[name].secret_bytes
            empty = [field for field in kind.model_fields if getattr(settings[name], field) == Path()]
            found += [wrong(f"{_variable(service, (field,))} of {name} names no file.") for field in empty]
        except ValidationError as error:
            told = error.errors(include_input=False, include_url=False, include_context=False)
            found += [wrong(f"{_variable(service, one['loc'])} of {name}: {one['msg']}.") for one in told]
        except ValueError:
            found.append(wrong(f"{PREFIX}SECRET of {name} is not hexadecimal."))
    return Plan(settings) if len(settings) == len(processes) else None, found


def _variable(service: str, place: tuple[int | str, ...]) -> str:
    return f"{PREFIX}{service}_{place[0]}".upper()


def given(kind: type[Settings], environment: Mapping[str, str]) -> Settings:
    """Return the settings that this environment makes. Nothing comes from the shell's own."""
    names = {
        field: (f"{PREFIX}{field}".upper(), f"{PREFIX}{kind.service}_{field}".upper()) for field in kind.model_fields
    }
    told = {field: environment[name] for field, both in names.items() for name in both if name in environment}
    return _from_values(kind).model_validate(told)


@cache
def _from_values(kind: type[Settings]) -> type[Settings]:
    """Return the same settings, which read nothing but the values that they are made of."""

    class Given(kind):  # type: ignore[misc, valid-type]  # mypy takes no class from an argument
        """The same settings from values alone."""

        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],  # noqa: ARG003  (pydantic-settings gives all of them)
            init_settings: PydanticBaseSettingsSource,
            **_: Any,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return (init_settings,)

    return Given


def _strangers(environment: Mapping[str, str]) -> Iterator[Finding]:
    known = variables()
    for name in sorted(environment):
        if name in FOR_TESTS:
            yield wrong(f"{name} is set: it is for tests.")
        elif name.startswith(PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, 1)
            yield wrong(f"{name} is no setting{f': did you mean {near[0]}?' if near else '.'}")
