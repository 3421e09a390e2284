"""The command line of the deadlines service. Each command imports its code when it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from services.sla.cli import due, rules
from shared.cli import service_cli

if TYPE_CHECKING:
    from shared.runtime.app import App
    from shared.settings import Settings


def load_settings() -> Settings:
    """Read the settings from the environment."""
    from services.sla.settings import SlaSettings
    from shared.settings import load

    return load(SlaSettings)


def build(settings: Any) -> App[Any]:
    """Build the service; import its wiring only when a command needs the service."""
    from services.sla.app import build as wire

    return wire(settings)


app = service_cli("sla", load_settings, build)
rules.install(app, load_settings)
due.install(app)
