"""A process that keeps or sweeps files and kills itself at one step. `GIVEN` holds its settings as JSON."""

import asyncio
import json
import os
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from services.intake.media.files import FolderFiles
from services.intake.media.keeping import MediaKeeper
from services.intake.media.marking import NAME
from services.intake.media.spool import sent_file
from services.intake.media.sweeping import sweep
from services.intake.settings import IntakeSettings
from shared.postgres.pool import open_pool


def die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("a killed process goes on")


class DyingFiles(FolderFiles):
    """A folder whose process dies before or after it writes or deletes. ``count`` is the number of the write."""

    def __init__(self, folder: Path, step: str) -> None:
        super().__init__(folder)
        self._step, self._left = step, 2 if step == "between thumbnails" else 1

    async def put(self, name: str, path: Path) -> None:
        if name == NAME:
            await super().put(name, path)
            return
        if self._step == "before bytes":
            die()
        if self._step == "while writing":
            (self._folder / "incoming").mkdir(parents=True, exist_ok=True)
            (self._folder / "incoming" / "half").write_bytes(b"half")
            die()
        await super().put(name, path)
        self._left -= 1
        if (self._step in {"after bytes", "between thumbnails"} and not self._left) or (
            self._step == "before state" and name.endswith(".1280")
        ):
            die()

    async def delete(self, names: Sequence[str]) -> None:
        if self._step == "before deletion":
            die()
        await super().delete(names)
        if self._step == "after deletion":
            die()


class DyingKeeper(MediaKeeper):
    """A keeper whose process dies after the row was written."""

    async def keep(self, *_: Any) -> NoReturn:
        die()


async def main() -> None:
    given = json.loads(os.environ["GIVEN"])
    step = given.pop("step")
    settings = IntakeSettings.model_validate(given)
    pool = await open_pool(settings.dsn.get_secret_value(), size=2, name="killed")
    files = DyingFiles(settings.media_folder, step)
    if step.endswith("deletion"):
        await sweep(pool, files, 1)
    keeper = (DyingKeeper if step == "after row" else MediaKeeper)(pool, settings, files)
    with sent_file(settings.media_spool, settings.media_bytes) as sent:
        sent.write(bytes.fromhex(os.environ["CONTENT"]))
        sent.close()
        await keeper.keep_upload("SMS Gateway", sent)


if __name__ == "__main__":
    asyncio.run(main())
