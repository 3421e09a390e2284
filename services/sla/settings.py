"""The settings of the deadlines service."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from shared.settings import Settings


class SlaSettings(Settings):
    """The settings that sla adds to those of every service. See docs/architecture/calendar.md and deadlines.md."""

    service: ClassVar[str] = "sla"

    port: int = 8003
    """The port of the service's own interface."""
    calendar: Path | None = None
    """A calendar of office hours that replaces the shipped one at the first start."""
    policies: Path | None = None
    """A file of limits and ladders that replaces the shipped one at the first start."""
