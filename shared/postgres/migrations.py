"""Numbered SQL files, applied once each, in order, by the role that owns the schema."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import asyncpg

Phase = Literal["pre", "post", "all"]
BASE = Path(__file__).parent.parent / "pipeline" / "migrations"


def _files(folders: Sequence[tuple[str, Path]], phase: Phase) -> list[tuple[str, Path]]:
    found = [(f"{label}/{path.stem}", path) for label, folder in folders for path in sorted(folder.glob("*.sql"))]
    wanted = ("_pre_", "_post_") if phase == "all" else (f"_{phase}_",)
    wrong = [name for name, _ in found if not any(part in name for part in ("_pre_", "_post_"))]
    if wrong:
        raise ValueError(f"migrations must say _pre_ or _post_ in their name: {', '.join(wrong)}")
    return [(name, path) for name, path in found if any(part in name for part in wanted)]


async def migrate(dsn: str, service: str, folder: Path, phase: Phase = "all") -> list[str]:
    """Apply what is missing, each file in a transaction of its own; two at once wait for each other.

    ``dsn`` logs in as the owner of schema ``service``. In a file, ``{role}`` stands for the service's role.
    Returns the names applied now.
    """
    connection = await asyncpg.connect(dsn)
    applied: list[str] = []
    try:
        await connection.execute("SELECT pg_advisory_lock(hashtext('migrations'), hashtext($1))", service)
        await connection.execute(
            "CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())"
        )
        done = {row["name"] for row in await connection.fetch("SELECT name FROM migrations")}
        for name, path in _files([("pipeline", BASE), (service, folder)], phase):
            if name in done:
                continue
            async with connection.transaction():
                await connection.execute(path.read_text(encoding="utf-8").replace("{role}", service))
                await connection.execute("INSERT INTO migrations (name) VALUES ($1)", name)
            applied.append(name)
    finally:
        await connection.close()
    return applied
