"""The values of an audit: what was checked of a service, and what was found wrong first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["altered", "missing", "reordered", "inserted", "cut", "rewritten"]


@dataclass(frozen=True, slots=True)
class Finding:
    """The first wrong row of a service's log. ``number`` is its place in the chain; ``what`` names the row."""

    kind: Kind
    number: int
    what: str


@dataclass(frozen=True, slots=True)
class Checked:
    """The audit of one service. ``unsealed`` counts the newest events, which the chain does not hold yet."""

    service: str
    rows: int
    unsealed: int
    anchors: int
    finding: Finding | None

    def sentence(self) -> str:
        """Return the result as one line."""
        if self.finding is not None:
            wrong = self.finding
            return (
                f"{self.service}: {wrong.kind} at number {wrong.number:,}: {wrong.what}; {self.rows:,} rows before it"
            )
        fits = f"all as sealed, {self.anchors:,} anchors fit"
        return f"{self.service}: {self.rows:,} rows checked, {self.unsealed:,} not sealed yet; {fits}"


def named(row: Mapping[str, Any]) -> str:
    """Return the name of an event: nothing in it is a citizen's word."""
    return (
        f"position {row['position']}, {row['topic']}, key {row['key']}, sequence {row['sequence']}, "
        f"{row['type']}, id {row['id']}"
    )
