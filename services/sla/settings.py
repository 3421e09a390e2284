"""What this service must be told."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from shared.settings import Settings


class SlaSettings(Settings):
    """``calendar`` and ``policies``: files in place of the shipped ones (docs/architecture/calendar.md, deadlines.md)."""

    service: ClassVar[str] = "sla"

    port: int = 8003
    calendar: Path | None = None
    policies: Path | None = None
