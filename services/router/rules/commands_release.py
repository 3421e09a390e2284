"""The command that releases a photo to the public, as a value."""

from __future__ import annotations

from dataclasses import dataclass

from services.router.rules.commands import CaseCommand


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseFile(CaseCommand):
    """Release a photo to the public, or take it back. ``file``: its id. The citizen reads the ``reason``."""

    file: str
    public: bool
    reason: str
