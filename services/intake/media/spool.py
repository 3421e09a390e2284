"""Files under way: each lies in a folder of its own until it is kept or refused."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from shared.errors import TooLarge

_PREFIX: Final = "tanggap-media-"
OLD_S: Final = 3600.0


class SentFile:
    """A file as it arrives: its bytes go to disk, and their hash and number are counted on the way."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self.folder = folder
        self.path = folder / "sent"
        self.size = 0
        self._most = most_bytes
        self._hash = hashlib.sha256()
        self._file = self.path.open("wb")

    def write(self, chunk: bytes) -> None:
        """Take the next bytes. Raise TooLarge beyond the bound."""
        self.size += len(chunk)
        if self.size > self._most:
            raise TooLarge(f"a file has at most {self._most} bytes")
        self._hash.update(chunk)
        self._file.write(chunk)

    def restart(self) -> None:
        """Forget the bytes so far, and begin again."""
        self._file.seek(0)
        self._file.truncate()
        self.size, self._hash = 0, hashlib.sha256()

    def close(self) -> None:
        """End the file."""
        self._file.close()

    @property
    def sha256(self) -> str:
        """The hash of the bytes so far."""
        return self._hash.hexdigest()


@contextlib.contextmanager
def sent_file(spool: Path | None, most_bytes: int) -> Iterator[SentFile]:
    """Yield a new file under way, and delete its folder at the end. ``spool`` is None for the system's own folder."""
    if spool is not None:
        spool.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=spool) as folder:
        file = SentFile(Path(folder), most_bytes)
        try:
            yield file
        finally:
            file.close()


def delete_leftovers(spool: Path | None) -> int:
    """Delete the folders of processes that were killed an hour ago or more, and return their number."""
    place = spool or Path(tempfile.gettempdir())
    old = [one for one in place.glob(f"{_PREFIX}*") if _age(one) > OLD_S]
    for one in old:
        shutil.rmtree(one, ignore_errors=True)
    return len(old)


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
