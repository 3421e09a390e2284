"""The bytes of the media store in a bucket of an S3-compatible server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from services.intake.media.errors import MediaAway, MediaMissing
from services.intake.media.files import CHUNK, ListedFile, OpenedFile

if TYPE_CHECKING:
    from services.intake.settings import IntakeSettings

T = TypeVar("T")
_MISSING: Final = frozenset({"NoSuchKey", "404"})
_AT_ONCE: Final = 1000


class BucketFiles:
    """A bucket. Its client blocks, so every call runs in a thread."""

    def __init__(self, settings: IntakeSettings) -> None:
        self._bucket = settings.media_bucket
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=settings.media_s3_url or None,
            region_name=settings.media_s3_region,
            aws_access_key_id=settings.media_s3_key or None,
            aws_secret_access_key=settings.media_s3_secret.get_secret_value() or None,
            config=Config(
                connect_timeout=3,
                read_timeout=20,
                retries={"total_max_attempts": 3, "mode": "standard"},
                s3={"addressing_style": "path"},
                # Servers other than Amazon's know no checksums of their own.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    async def put(self, name: str, path: Path) -> None:
        """Write a file in one request. The server makes it durable before it answers."""
        await self._call(lambda: self._put(name, path))

    def _put(self, name: str, path: Path) -> None:
        with path.open("rb") as body:
            self._client.put_object(Bucket=self._bucket, Key=name, Body=body)

    async def read(self, name: str) -> OpenedFile:
        """Open a file of the bucket."""
        found = await self._call(lambda: self._client.get_object(Bucket=self._bucket, Key=name))
        return OpenedFile(found["ContentLength"], self._chunks(found["Body"]))

    async def _chunks(self, body: Any) -> AsyncGenerator[bytes, None]:
        try:
            while chunk := await self._call(lambda: body.read(CHUNK)):
                yield chunk
        finally:
            body.close()

    async def delete(self, names: Sequence[str]) -> None:
        """Delete files of the bucket, a thousand in one request."""
        for start in range(0, len(names), _AT_ONCE):
            some = [{"Key": name} for name in names[start : start + _AT_ONCE]]
            answer = await self._call(partial(self._delete, some))
            if answer.get("Errors"):
                raise MediaAway

    def _delete(self, some: list[dict[str, str]]) -> Any:
        return self._client.delete_objects(Bucket=self._bucket, Delete={"Objects": some, "Quiet": True})

    async def listed(self) -> AsyncIterator[list[ListedFile]]:
        """Yield the files of the bucket, a thousand in one page."""
        more: dict[str, str] = {}
        while True:
            page = await self._call(partial(self._client.list_objects_v2, Bucket=self._bucket, **more))
            yield [ListedFile(entry["Key"], entry["LastModified"]) for entry in page.get("Contents", ())]
            if not page.get("IsTruncated"):
                return
            more = {"ContinuationToken": page["NextContinuationToken"]}

    async def _call(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.to_thread(work)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _MISSING:
                raise MediaMissing from None
            raise MediaAway from error
        except (BotoCoreError, OSError) as error:
            raise MediaAway from error
