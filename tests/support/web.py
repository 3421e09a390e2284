"""The HTTP application of a running service."""

from dataclasses import fields
from typing import Any, TypeVar

from starlette.types import ASGIApp

from shared.pipeline.service import Service
from shared.runtime.app import App
from shared.runtime.running import Running

S = TypeVar("S")


def app_of(service: Service[S]) -> App[S]:
    """Return a service as one that has neither pages nor loops of its own."""
    return App(**{field.name: getattr(service, field.name) for field in fields(service)})


def web_of(live: Running[Any]) -> ASGIApp:
    """Return the application of a service that has one."""
    assert isinstance(live.service, App)
    assert live.service.web is not None
    return live.service.web(live)
