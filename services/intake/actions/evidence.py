"""The comparison of an agency's photos with the citizen's, with earlier evidence, and with what their metadata say."""

from __future__ import annotations

import asyncio
import math
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from services.intake.media.apart import compare
from services.intake.media.errors import MediaMissing, MediaRefused
from services.intake.media.files import MediaFiles, name_of
from services.intake.media.looks import NEAR, mirrored
from services.intake.media.rows import Q
from services.intake.rules.commands import DoubtEvidence
from shared.errors import Refused
from shared.events.submissions_evidence import Doubt, DoubtKind
from shared.pipeline import Claim, Command
from shared.runtime.running import Running

_AT_ONCE: Final = 5
# One comparison takes up to a second of processor time, and the process has twenty.
_MOST_OWN: Final = 8
_MOST_EARLIER: Final = 4
_FAR_M: Final = 200
_EARTH_M: Final = 6_371_000
# Large enough for the local features, and far smaller than a file may be.
_VARIANT: Final = "1280"


async def compare_evidence(running: Running[Any], files: MediaFiles) -> int:
    """Compare the pictures that agencies named as evidence, and tell the router what speaks against them.

    Return how many were compared. The claim makes it one event for each picture and complaint.
    """
    rows = await running.pool.fetch(Q["uncompared"], _AT_ONCE)
    for row in rows:
        doubts = await _doubts(running, files, row)
        if doubts:
            claim = Claim("evidence doubted", f"{row['complaint']} {row['media']}")
            command = Command(DoubtEvidence(row["media"], tuple(doubts)), (row["complaint"],), "system", claim)
            for outcome in await running.do_many([command]):
                if isinstance(outcome, Refused):
                    raise outcome
        await running.pool.execute(Q["compared"], row["media"], row["complaint"])
    return len(rows)


async def _doubts(running: Running[Any], files: MediaFiles, row: Any) -> list[Doubt]:
    own = await running.pool.fetch(Q["own_pictures"], row["complaint"], _MOST_OWN)
    earlier: Sequence[Any] = ()
    if row["look"] is not None:
        named = (row["media"], row["complaint"], row["look"], mirrored(row["look"]), NEAR, _MOST_EARLIER)
        earlier = await running.pool.fetch(Q["earlier_evidence"], *named)
    known = {one["id"] for one in own}
    candidates: list[tuple[DoubtKind, UUID, str]] = [("own_photo", one["id"], one["sha256"]) for one in own]
    candidates += [("earlier_evidence", one["id"], one["sha256"]) for one in earlier if one["id"] not in known]
    return [*await _compared(files, row["sha256"], candidates), *_said_by_metadata(row, own)]


async def _compared(files: MediaFiles, evidence: str, candidates: Sequence[tuple[DoubtKind, UUID, str]]) -> list[Doubt]:
    """Return a doubt for each earlier picture from which the evidence stems. A picture that is gone counts no more."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            shown = await _fetched(files, evidence, Path(folder) / "evidence")
        except MediaMissing:
            return []
        paths, found = [], []
        for number, one in enumerate(candidates):
            try:
                paths.append(await _fetched(files, one[2], Path(folder) / str(number)))
            except MediaMissing:
                continue
            found.append(one)
        if not paths:
            return []
        try:
            relations = await compare(shown, paths)
        except MediaRefused:
            return [Doubt(kind="not_compared")]
    return [
        Doubt(
            kind=kind,
            earlier=str(media),
            mirrored=relation.mirrored,
            covered=relation.covered,
            changed=relation.changed,
        )
        for (kind, media, _), relation in zip(found, relations, strict=True)
        if relation is not None
    ]


async def _fetched(files: MediaFiles, sha256: str, path: Path) -> Path:
    opened = await files.read(name_of(sha256, _VARIANT))
    content = b"".join([chunk async for chunk in opened.chunks])
    await asyncio.to_thread(path.write_bytes, content)
    return path


def _said_by_metadata(row: Any, own: Sequence[Any]) -> list[Doubt]:
    """Return the doubts that time and place raise. A photo without metadata raises none: most channels remove them."""
    doubts = []
    if row["taken_at"] is not None and row["filed_at"] is not None and row["taken_at"] < row["filed_at"]:
        doubts.append(Doubt(kind="before_complaint"))
    places = [one for one in own if one["latitude"] is not None]
    if row["latitude"] is not None and places:
        metres = min(metres_between(row, one) for one in places)
        if metres > _FAR_M:
            doubts.append(Doubt(kind="far_away", metres=round(metres)))
    return doubts


def metres_between(one: Any, other: Any) -> float:
    """Return the distance of two positions with ``latitude`` and ``longitude`` along the surface of the earth."""
    north, east = (math.radians(one[name] - other[name]) for name in ("latitude", "longitude"))
    scale = math.cos(math.radians(one["latitude"])) * math.cos(math.radians(other["latitude"]))
    part = math.sin(north / 2) ** 2 + scale * math.sin(east / 2) ** 2
    return 2 * _EARTH_M * math.asin(math.sqrt(part))
