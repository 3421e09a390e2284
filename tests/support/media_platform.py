"""An intake that awaits files of WhatsApp, and the platform that holds them."""

import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.intake.media.fetching import MediaFetcher
from services.intake.media.files import FolderFiles
from services.intake.media.keeping import MediaKeeper
from services.intake.rules.links import awaited_media
from services.intake.store import save_rows
from shared.ids import new_id
from tests.support.infra import Database
from tests.support.intake import Intake, opened
from tests.support.receiver import Receiver, receiver

TOKEN = "token-rahasia"
PLACE = "/v24.0/media-1"
FILE = "/berkas"


@dataclass
class World:
    """An intake that awaits files, and the platform that holds them."""

    intake: Intake
    platform: Receiver
    fetcher: MediaFetcher
    files: FolderFiles

    def holds(self, content: bytes, **more: Any) -> None:
        """Let the platform tell the address of a file and hand it out."""
        place = {"url": f"{self.platform.url}{FILE}", "mime_type": "image/png", "file_size": len(content)} | more
        self.platform.answers |= {PLACE: answer(json.dumps(place).encode()), FILE: answer(content)}

    async def awaits(self) -> UUID:
        """Write a row that awaits the file, and return its complaint."""
        complaint = new_id()
        async with self.intake.live.pool.acquire() as connection, connection.transaction():
            await save_rows(connection, awaited_media(["media-1"], complaint))
        return complaint

    async def row(self) -> Any:
        [row] = await self.intake.rows("SELECT *, next_try_at > now() + interval '10 seconds' AS later FROM media")
        return row


def answer(content: bytes, status: str = "200 OK") -> bytes:
    """Return an answer with a body. The receiver completes a head only when it stands alone."""
    return f"HTTP/1.1 {status}\nContent-Length: {len(content)}\nConnection: close\n\n".encode() + content


@pytest.fixture
async def world(intake_database: Database, tmp_path: Path) -> AsyncIterator[World]:
    async with contextlib.AsyncExitStack() as stack:
        platform = await stack.enter_async_context(receiver())
        settings = {
            "whatsapp_base": platform.url,
            "whatsapp_token": TOKEN,
            "instagram_media_hosts": "127.0.0.1",
            "media_folder": tmp_path / "media",
            "media_spool": tmp_path / "spool",
            "media_bytes": 100_000,
        }
        intake = await stack.enter_async_context(opened(intake_database, **settings))
        fetcher = MediaFetcher(MediaKeeper(intake.live.pool, intake.settings))
        stack.push_async_callback(fetcher.close)
        yield World(intake, platform, fetcher, FolderFiles(tmp_path / "media"))
