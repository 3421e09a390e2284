"""Base backups and the archive of the write-ahead log (WAL), by Postgres's own programs."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

BASE, WAL, RESTORED_WAL = "base", "wal", "restored_wal"
# Keeps the WAL on the server until the archive has it.
SLOT = "tanggap_backup"
_SEGMENTS_OF_A_LOG = 256


class BackupFailed(Exception):
    """A program of Postgres failed, or the backup cannot be used."""


def wal_command(programs: Path, folder: Path) -> list[str]:
    """Return the command that archives the WAL until it is stopped. The slot must exist."""
    archive = folder / WAL
    archive.mkdir(parents=True, exist_ok=True)
    return [str(programs / "pg_receivewal"), "-D", str(archive), "-S", SLOT, "--synchronous", "--no-password"]


def slot_command(programs: Path) -> list[str]:
    """Return the command that makes the slot, unless it exists."""
    return [str(programs / "pg_receivewal"), "-S", SLOT, "--create-slot", "--if-not-exists", "--no-password"]


def create(programs: Path, dsn: str, folder: Path) -> Path:
    """Make a base backup in a folder of its own, and return that folder. It can be used without the archive."""
    target = folder / BASE / datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    target.parent.mkdir(parents=True, exist_ok=True)
    options = ["--checkpoint=fast", "--wal-method=stream", "--manifest-checksums=SHA256", "--no-password"]
    run([str(programs / "pg_basebackup"), "-D", str(target), *options], environment(dsn))
    return target


def verify(programs: Path, base: Path, folder: Path) -> int:
    """Check every file of a base backup and the archive behind it. Return the number of segments in the archive."""
    run([str(programs / "pg_verifybackup"), str(base)])
    found = segments(path.name for path in (folder / WAL).glob("*"))
    missing = holes(found)
    if missing:
        raise BackupFailed(f"the archive lacks the segment after {missing[0]}")
    return len(found)


def restore(base: Path, folder: Path, into: Path, until: datetime | None, owner: str | None = None) -> None:
    """Make a data directory that recovers to an instant when it is started; without one, to the end of the archive.

    ``owner`` is the account of the server. Raises BackupFailed when ``into`` holds something.
    """
    if into.exists() and any(into.iterdir()):
        raise BackupFailed(f"{into} is not empty")
    shutil.copytree(base, into, symlinks=True, dirs_exist_ok=True)
    if (folder / WAL).exists():
        shutil.copytree(folder / WAL, into / RESTORED_WAL)
    (into / "recovery.signal").touch(mode=0o600)
    copied = f"{RESTORED_WAL}/%f"
    settings = {
        "restore_command": f'test -f "{copied}" && cp "{copied}" "%p" || cp "{copied}.partial" "%p"',
        "recovery_target_timeline": "latest",
        "recovery_target_action": "promote",
    }
    if until is not None:
        settings["recovery_target_time"] = until.astimezone(UTC).isoformat()
    with (into / "postgresql.auto.conf").open("a", encoding="utf-8") as file:
        file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())
    into.chmod(0o700)
    if owner is not None:
        for path in (into, *into.rglob("*")):
            shutil.chown(path, owner)


def copy_schema(programs: Path, restored: str, live: str, schema: str, folder: Path) -> Path:
    """Copy a schema with its rights from a restored database to the live one, where it must not exist.

    Return the file of the copy. Raises BackupFailed, and then the live database is unchanged.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{schema}.dump"
    dump = [str(programs / "pg_dump"), "--schema", schema, "--format=custom", "--file", str(file), "--no-password"]
    run(dump, environment(restored))
    put = ["--single-transaction", "--exit-on-error", "--no-password", "--dbname", environment(live)["PGDATABASE"]]
    run([str(programs / "pg_restore"), *put, str(file)], environment(live))
    return file


def newest(folder: Path) -> Path:
    """Return the newest base backup. Raises BackupFailed when there is none."""
    found = sorted((folder / BASE).glob("*Z"))
    if not found:
        raise BackupFailed(f"no base backup in {folder / BASE}")
    return found[-1]


def segments(names: Iterable[str]) -> list[str]:
    """Return the names of whole and partial segments, in order, without the suffix of a partial one."""
    return sorted({name.removesuffix(".partial") for name in names if len(name.removesuffix(".partial")) == 24})


def holes(found: Sequence[str]) -> list[str]:
    """Return the segments after which one is missing. A new timeline repeats the number of its first segment."""
    numbers = [int(name[8:16], 16) * _SEGMENTS_OF_A_LOG + int(name[16:], 16) for name in found]
    pairs = zip(found, numbers, numbers[1:], strict=False)
    return [name for name, number, following in pairs if following > number + 1]


def environment(dsn: str) -> dict[str, str]:
    """Return the variables by which Postgres's programs log in. A password on the command line could be read."""
    parts = urlsplit(dsn)
    given = {
        "PGHOST": parts.hostname,
        "PGPORT": str(parts.port or 5432),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": parts.path.removeprefix("/"),
    }
    return {name: value for name, value in given.items() if value}


def run(command: Sequence[str], env: Mapping[str, str] | None = None) -> None:
    """Run a program to its end. Raises BackupFailed with its last words."""
    ended = subprocess.run(command, env={**os.environ, **(env or {})}, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        raise BackupFailed(f"{Path(command[0]).name}: {ended.stderr.strip()[-500:]}")


def programs() -> Path:
    """Return the folder of Postgres's programs: that of the server on this machine, else that of the wheel."""
    found = shutil.which("pg_basebackup")
    if found is not None:
        return Path(found).parent
    from deploy.local.postgres import initdb_program

    return initdb_program().parent
