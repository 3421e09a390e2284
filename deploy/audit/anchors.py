"""The anchors: a file outside the database that keeps, day by day, how far each chain had come and its link there."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


class BadAnchors(Exception):
    """The file of anchors cannot be read."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """One line of the file: the end of a service's chain at a time."""

    service: str
    number: int
    link: bytes
    at: datetime

    def line(self) -> str:
        """Return the anchor as a line of the file."""
        told = {"at": self.at.isoformat(), "service": self.service, "number": self.number, "link": self.link.hex()}
        return json.dumps(told) + "\n"


def read_anchors(file: Path) -> list[Anchor]:
    """Return all anchors in the order of the file; none if there is no file yet.

    Raises BadAnchors with the number of the line that cannot be read.
    """
    if not file.exists():
        return []
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            told = json.loads(line)
            at = datetime.fromisoformat(told["at"])
            found.append(Anchor(str(told["service"]), int(told["number"]), bytes.fromhex(told["link"]), at))
        except (ValueError, KeyError, TypeError):
            raise BadAnchors(f"{file}: line {number} is no anchor") from None
        if at.tzinfo is None:
            raise BadAnchors(f"{file}: line {number} has a time without a zone")
    return found


def append_anchors(file: Path, anchors: Sequence[Anchor]) -> None:
    """Add anchors to the end of the file, and return when the disk has them."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as out:
        out.write("".join(anchor.line() for anchor in anchors))
        out.flush()
        os.fsync(out.fileno())
