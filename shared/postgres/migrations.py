"""Applies numbered SQL files once each, in order, as the role that owns the schema."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import asyncpg

Phase = Literal["pre", "post", "all"]
BASE = Path(__file__).parent.parent / "pipeline" / "migrations"


class EditedMigration(RuntimeError):
    """A migration that was applied here has been edited since; restore the file and write the change as a new one."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(f"{(self.__doc__ or '').strip()}: {', '.join(names)}")


def _files(folders: Sequence[tuple[str, Path]], phase: Phase) -> list[tuple[str, Path]]:
    found = [(f"{label}/{path.stem}", path) for label, folder in folders for path in sorted(folder.glob("*.sql"))]
    wanted = ("_pre_", "_post_") if phase == "all" else (f"_{phase}_",)
    wrong = [name for name, _ in found if not any(part in name for part in ("_pre_", "_post_"))]
    if wrong:
        raise ValueError(f"migrations must say _pre_ or _post_ in their name: {', '.join(wrong)}")
    return [(name, path) for name, path in found if any(part in name for part in wanted)]


async def migrate(dsn: str, service: str, folder: Path, phase: Phase = "all") -> list[str]:
    """Apply the missing migrations, each file in its own transaction. Concurrent calls wait for each other.

    ``dsn`` logs in as the owner of schema ``service``. In a file, ``{role}`` stands for the service's role. Return the
    names applied now.

    Raises EditedMigration when an applied file has changed; then nothing is applied.
    """
    connection = await asyncpg.connect(dsn)
    applied: list[str] = []
    try:
        await connection.execute("SELECT pg_advisory_lock(hashtext('migrations'), hashtext($1))", service)
        await connection.execute(
            "CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())"
        )
        await connection.execute("ALTER TABLE migrations ADD COLUMN IF NOT EXISTS checksum text")
        done = {row["name"]: row["checksum"] for row in await connection.fetch("SELECT name, checksum FROM migrations")}
        files = [
            (name, path.read_text(encoding="utf-8"))
            for name, path in _files([("pipeline", BASE), (service, folder)], phase)
        ]
        edited = [name for name, sql in files if done.get(name) not in (None, _checksum(sql))]
        if edited:
            raise EditedMigration(edited)
        for name, sql in files:
            if name in done:
                # The migration was applied before checksums were kept. Assume that its file has not changed since.
                await connection.execute(
                    "UPDATE migrations SET checksum = $2 WHERE name = $1 AND checksum IS NULL", name, _checksum(sql)
                )
                continue
            async with connection.transaction():
                await connection.execute(sql.replace("{role}", service))
                await connection.execute(
                    "INSERT INTO migrations (name, checksum) VALUES ($1, $2)", name, _checksum(sql)
                )
            applied.append(name)
    finally:
        await connection.close()
    return applied


def _checksum(sql: str) -> str:
    return hashlib.sha256(sql.encode()).hexdigest()
