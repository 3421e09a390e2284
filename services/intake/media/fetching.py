"""The fetching of files from the platforms. WhatsApp tells a file's address first; Instagram names it at once.

A file that cannot be fetched now is tried again later, for a day. The sweep then gives it up.
"""

from __future__ import annotations

import asyncio
import base64
from typing import Any, Final
from uuid import UUID

import httpx
from pydantic import BaseModel, ValidationError

from services.intake.media.addresses import ForeignAddress, is_address, opened
from services.intake.media.errors import MediaAway, MediaRefused
from services.intake.media.keeping import MediaKeeper
from services.intake.media.rows import Q
from services.intake.media.spool import SentFile, sent_file
from shared.backoff import retry
from shared.errors import OurFailure, TooLarge
from shared.observability.logs import get_logger

log = get_logger()
AT_ONCE: Final = 4
LONGEST_S: Final = 60.0
_TRIES: Final = 3
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 15.0, 1800.0
_TIMEOUT: Final = httpx.Timeout(20.0, connect=5.0)
# The platform deletes files after a while, and answers so for an id that never was.
_GONE: Final = frozenset({400, 404, 410})
_REASONS: Final[dict[type[Exception], str]] = {TooLarge: "size", ForeignAddress: "address"}


class _Place(BaseModel):
    """The platform's answer to the question for a file."""

    url: str
    sha256: str | None = None
    file_size: int | None = None


class MediaGone(Exception):
    """The platform no longer has the file, or sent other bytes than it had announced."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class MediaFetcher:
    """Fetches the files that rows await, each as its row says."""

    def __init__(self, keeper: MediaKeeper) -> None:
        settings = keeper.settings
        self._keeper = keeper
        self._base = f"{settings.whatsapp_base}/{settings.whatsapp_version}"
        self._token = token = settings.whatsapp_token.get_secret_value() if settings.whatsapp_token else ""
        self._http = httpx.AsyncClient(
            timeout=_TIMEOUT, follow_redirects=False, headers={"Authorization": f"Bearer {token}"}
        )
        # A file that is named by its address needs no token, and its host must not see one.
        self._plain = httpx.AsyncClient(timeout=_TIMEOUT, follow_redirects=False)
        self._hosts = settings.media_hosts
        self._clear = settings.whatsapp_base.startswith("http://")

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()
        await self._plain.aclose()

    async def fetch_due(self) -> None:
        """Fetch all files that are due, a few at a time."""
        while rows := await self._keeper.pool.fetch(Q["take_awaited"], AT_ONCE):
            await asyncio.gather(*(self._settle(row) for row in rows))

    async def _settle(self, row: Any) -> None:
        media: UUID = row["id"]
        try:
            await self._fetch(media, row["provider_id"])
        except MediaRefused as refusal:
            log.info("media.refused", media=str(media), reason=refusal.reason)
        except (MediaGone, TooLarge, ForeignAddress) as error:
            reason = error.reason if isinstance(error, MediaGone) else _REASONS[type(error)]
            log.info("media.refused", media=str(media), reason=reason)
            await self._keeper.refuse(media, reason)
        except (MediaAway, OurFailure, httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            pause = min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2.0 ** min(row["tries"], 10))
            log.warning("media.fetch_later", media=str(media), error=type(error).__name__, tries=row["tries"])
            await self._keeper.pool.execute(Q["try_later"], media, pause)

    async def _fetch(self, media: UUID, provider_id: str) -> None:
        settings = self._keeper.settings
        with sent_file(settings.media_spool, settings.media_bytes) as sent:

            async def attempt() -> str | None:
                sent.restart()
                if is_address(provider_id):
                    await self._take_from(provider_id, sent)
                    return None
                place = await self._place(provider_id)
                if place.file_size is not None and place.file_size > settings.media_bytes:
                    raise MediaGone("size")
                await self._take(place.url, sent)
                return place.sha256

            # A server that sends a byte now and then must not hold up the other files.
            async with asyncio.timeout(LONGEST_S):
                stated = await retry(attempt, (httpx.HTTPError,), tries=_TRIES)
            sent.close()
            # The platform writes a hash in hexadecimal here, and in base64 elsewhere.
            if stated and stated not in {sent.sha256, base64.b64encode(bytes.fromhex(sent.sha256)).decode()}:
                raise MediaGone("mismatch")
            await self._keeper.keep(media, sent)

    async def _place(self, provider_id: str) -> _Place:
        if not self._token:
            raise MediaAway
        answer = await self._http.get(f"{self._base}/{provider_id}")
        _check(answer)
        try:
            return _Place.model_validate_json(answer.content)
        except ValidationError as error:
            raise MediaAway from error

    async def _take(self, url: str, sent: SentFile) -> None:
        # The token goes with the request, so it must not travel in the clear unless the whole platform does.
        if not url.startswith("https://") and not self._base.startswith("http://"):
            raise MediaAway
        async with self._http.stream("GET", url) as answer:
            _check(answer)
            async for chunk in answer.aiter_bytes():
                sent.write(chunk)

    async def _take_from(self, address: str, sent: SentFile) -> None:
        async with opened(self._plain, address, self._hosts, clear=self._clear) as answer:
            _check(answer)
            async for chunk in answer.aiter_bytes():
                sent.write(chunk)


def _check(answer: httpx.Response) -> None:
    if answer.status_code in _GONE:
        raise MediaGone("gone")
    if not answer.is_success:
        # A redirect is no file either.
        raise httpx.HTTPStatusError("no file", request=answer.request, response=answer)
