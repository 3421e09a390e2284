"""The bytes of the files in an office's case file. Intake keeps them, and hands them out by a link that the router signs.

No act on a case waits for this: only the download of a case file does.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import AsyncIterator
from typing import Any, Final, cast

import httpx

from services.router.settings import RouterSettings
from shared.events.fact import Attachment
from shared.observability.logs import get_logger
from shared.runtime.running import Running
from shared.web.case_file import NotPacked
from shared.web.file_links import FileLinks
from shared.web.keys import Key

log = get_logger()
_SECONDS: Final = 20.0
_IN_MEMORY: Final = 2**20
_CHUNK: Final = 64 * 1024


async def bytes_of(running: Running[Any], file: Attachment, reader: Key) -> AsyncIterator[bytes]:
    """Yield the bytes of a file that this reader may see. Intake checks that once more, and records the reading.

    The whole file is fetched and checked first. Raise NotPacked if it cannot be had, or is not what its hash says.
    """
    settings = cast(RouterSettings, running.settings)
    link = FileLinks(settings.secret_bytes, settings.sp4n_files_url or settings.public_url).link(file.id, reader.actor)
    digest = hashlib.sha256()
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as kept:
        try:
            async with (
                httpx.AsyncClient(timeout=_SECONDS, trust_env=False) as http,
                http.stream("GET", link) as answer,
            ):
                if not answer.is_success:
                    raise NotPacked
                async for chunk in answer.aiter_bytes(_CHUNK):
                    digest.update(chunk)
                    kept.write(chunk)
        except httpx.HTTPError as problem:
            log.warning("case_file.no_bytes", error=type(problem).__name__)
            raise NotPacked from None
        if digest.hexdigest() != file.sha256:
            raise NotPacked
        kept.seek(0)
        while chunk := kept.read(_CHUNK):
            yield chunk
