"""The definition of a deployable service: the pipeline's part, the HTTP application, and the loops beside them."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

from starlette.types import ASGIApp

from shared.pipeline.service import Service
from shared.runtime.running import Running

S = TypeVar("S")


@dataclass(frozen=True, slots=True, kw_only=True)
class App(Service[S]):
    """A service with its HTTP application and its own loops.

    ``web`` makes the HTTP application. ``loops`` run until cancelled, each under its own name.
    """

    web: Callable[[Running[S]], ASGIApp] | None = None
    loops: tuple[Callable[[Running[S]], Coroutine[Any, Any, None]], ...] = ()
