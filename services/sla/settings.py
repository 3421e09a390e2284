"""The settings of the deadlines service."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from shared.settings import Settings


class SlaSettings(Settings):
    """Settings with two files of their own: ``calendar`` and ``policies`` replace the shipped texts.

    See docs/architecture/calendar.md and deadlines.md.
    """

    service: ClassVar[str] = "sla"

    port: int = 8003
    calendar: Path | None = None
    policies: Path | None = None
