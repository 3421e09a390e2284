"""Writer of docs/operations/settings.md: every setting, from the settings models and from the options of commands."""

from __future__ import annotations

import inspect
import types
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Final, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from deploy.alerts.settings import AlertSettings
from shared.settings import Settings

PAGE: Final = "docs/operations/settings.md"
NAMES: Final = {"intake": "Intake", "router": "Router", "sla": "SLA", "notifier": "Notifier"}
PROGRAMS: Final = ("books", "audit", "kafka", "postgres", "backup")
HIDDEN: Final = ", **secret**"
BOUNDS: Final = {
    "ge": "at least",
    "gt": "more than",
    "le": "at most",
    "lt": "less than",
    "min_length": "length at least",
}
INTRODUCTION: Final = """\
# Settings

`make contracts` writes this page from the code: change the code, not the page. Each setting is an environment variable.

* A variable of the first table counts for every service. With a service's name in it, it counts for that service alone
  and comes first: `TANGGAP_SLA_LOG_LEVEL` before `TANGGAP_LOG_LEVEL`.
* A variable of one service also works without its name, for all services that know it: `TANGGAP_WHATSAPP_TOKEN` serves
  intake and notifier.
* The word **secret** marks values that no log, page or error shows.
"""


class Row(NamedTuple):
    """One line of the page: the variable, its type, its default and its purpose."""

    variable: str
    kind: str
    default: str
    purpose: str


# Variables that no settings model and no option of a command declares.
MACHINE: Final = (
    Row("TANGGAP_COMPOSE_DIR", "path", "`.local/compose`", "The folder of the files that docker-compose.yml reads."),
    Row("TANGGAP_PORTS", "text", "empty", "A digit before each published port, for a second system beside the first."),
    Row("TANGGAP_SUBNET", "network", "`172.31.251.0/24`", "The network of the containers, whose proxy is trusted."),
    Row("TANGGAP_FRONT", "address", "`127.0.0.1`", "The address of this machine on which the proxy listens."),
    Row("TANGGAP_TLS_DIR", "path", "`./deploy/proxy/tls`", "The folder with `tls.conf`, the certificate and its key."),
    Row("TANGGAP_COMPOSE_EXTRA", "paths", "empty", "Further compose files for `make demo-compose`, joined by colons."),
    Row("TANGGAP_FAULT", "text", "empty", "For tests only: the place at which the process ends itself."),
    Row("TANGGAP_ALERTMANAGER", "path", "needed", "For `make deploy-check` only: the program that is tried."),
    Row("TANGGAP_DEVELOPMENT", "text", "empty", "For tests only: `1` allows `TANGGAP_FAULT`."),
)
BESIDE: Final = {
    "books": (
        Row("TANGGAP_BOOKS_DSN", f"text{HIDDEN}", "needed", "The address of the database for the role `books`."),
        Row(
            "TANGGAP_BOOKS_KAFKA_PASSWORD",
            f"text{HIDDEN}",
            "missing",
            "The password of the Kafka user `books`, who compares what OPDs wrote. Missing: that is not compared.",
        ),
    ),
}


def settings_of(service: str) -> type[Settings]:
    """Return the settings model of a service."""
    model: type[Settings] = getattr(import_module(f"services.{service}.settings"), f"{service.capitalize()}Settings")
    return model


@cache
def variables() -> frozenset[str]:
    """Return the names of all settings that exist, those of one service with its name and without."""
    fields = {service: settings_of(service).model_fields for service in NAMES}
    own = {f"TANGGAP_{service}_{name}".upper() for service, known in fields.items() for name in known}
    shared = {f"TANGGAP_{name}".upper() for known in fields.values() for name in known}
    beside = {row.variable for program in PROGRAMS for row in _program(program)} | {row.variable for row in _alerts()}
    return frozenset(own | shared | beside | {row.variable for row in MACHINE})


def page() -> str:
    """Return the page as it is committed."""
    parts = [INTRODUCTION, _table("Every service", _fields(Settings, "TANGGAP_"))]
    for service in NAMES:
        rows = _fields(settings_of(service), f"TANGGAP_{service.upper()}_", but=Settings)
        parts.append(_table(NAMES[service], rows))
    parts += [_table(f"`python -m deploy.{program}`", _program(program)) for program in PROGRAMS]
    parts.append(_table("`python -m deploy.alerts`", _alerts()))
    parts.append(_table("The machine", MACHINE))
    return "\n".join(parts)


def _fields(model: type[Settings], prefix: str, but: type[Settings] | None = None) -> Iterator[Row]:
    """Yield the settings of a model. Those of ``but`` are left out, unless the model gives them another default."""
    common = but.model_fields if but else {}
    for name, field in model.model_fields.items():
        if name not in common or field.default != common[name].default:
            yield Row(f"{prefix}{name.upper()}", _kind(field), _default(field), field.description or "")


def _alerts() -> list[Row]:
    """Return the settings of Alertmanager's receivers. Some have a name of their own."""
    return [
        Row(
            getattr(field.validation_alias, "choices", [f"TANGGAP_ALERTS_{name.upper()}"])[0],
            _kind(field),
            _default(field),
            field.description or "",
        )
        for name, field in AlertSettings.model_fields.items()
    ]


def _kind(field: FieldInfo) -> str:
    bounds = (
        f"{words} {getattr(one, key):,}" for one in field.metadata for key, words in BOUNDS.items() if hasattr(one, key)
    )
    return ", ".join([*dict.fromkeys(_word(field.annotation)), *bounds])


def _word(annotation: Any) -> Iterator[str]:
    if get_origin(annotation) is Literal:
        yield " or ".join(f"`{value}`" for value in get_args(annotation))
    elif get_origin(annotation) in (Union, types.UnionType):
        for part in get_args(annotation):
            yield from _word(part)
    elif annotation is SecretStr:
        yield f"text{HIDDEN}"
    elif annotation is not type(None):
        words = {int: "whole number", float: "number", bool: "`true` or `false`", str: "text", Path: "path"}
        yield words.get(annotation, "pattern")


def _default(field: FieldInfo) -> str:
    return "needed" if field.is_required() else _shown(field.default)


def _shown(value: object) -> str:
    if value is None:
        return "missing"
    plain = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
    return f"`{plain.lower() if isinstance(value, bool) else plain}`" if plain else "empty"


def _program(program: str) -> list[Row]:
    """Return what a program beside the services reads: the options of its commands that name a variable."""
    module = import_module(f"deploy.{program}.__main__")
    app = getattr(module, "app", None)
    commands = [one.callback for one in app.registered_commands] if app else [module.main]
    rows = {row.variable: row for row in BESIDE.get(program, ())}
    for command in commands:
        hints = get_type_hints(command, include_extras=True)
        for name, parameter in inspect.signature(command).parameters.items():
            rows |= {row.variable: row for row in _option(name, hints[name], parameter.default)}
    return list(rows.values())


def _option(name: str, hint: Any, default: object) -> Iterator[Row]:
    if get_origin(hint) is not Annotated:
        return
    annotation, *told = get_args(hint)
    given = told[0].envvar or ()
    kind = f"text{HIDDEN}" if {"password", "dsn"} & set(name.split("_")) else ", ".join(_word(annotation))
    shown = "needed" if default is inspect.Parameter.empty else _shown(default)
    for variable in (given,) if isinstance(given, str) else given:
        yield Row(variable, kind, shown, f"{told[0].help[:1].upper()}{told[0].help[1:]}.")


def _table(title: str, rows: Iterator[Row] | list[Row] | tuple[Row, ...]) -> str:
    lines = [f"## {title}", "", "| variable | type | default | purpose |", "|---|---|---|---|"]
    lines += [f"| `{row.variable}` | {row.kind} | {row.default} | {' '.join(row.purpose.split())} |" for row in rows]
    return "\n".join(lines) + "\n"
