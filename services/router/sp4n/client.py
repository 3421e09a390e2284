"""The calls of SP4N-LAPOR!'s interface, behind which its names and its errors end. Nothing here knows a case."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import httpx

from services.router.settings import RouterSettings
from services.router.sp4n.reasons import NotThere
from shared.buckets import Bucket

PAGE_SIZE: Final = 50
MOST_PAGES: Final = 200
_LONGEST_WAIT: Final = timedelta(minutes=5)


class Sp4n:
    """One account at SP4N. Its calls keep to the rate, and raise NotThere for all that is no success."""

    def __init__(self, settings: RouterSettings) -> None:
        self._bucket = Bucket(settings.sp4n_rate, max(1.0, settings.sp4n_rate))
        self._try_s = settings.sp4n_try_seconds
        self._search = (settings.sp4n_search_path, settings.sp4n_search_parameter)
        self._client = httpx.AsyncClient(
            base_url=settings.sp4n_url,
            headers={
                settings.sp4n_auth_header: f"Bearer {settings.sp4n_token.get_secret_value()}",
                settings.sp4n_guid_header: settings.sp4n_guid.get_secret_value(),
            },
            timeout=httpx.Timeout(settings.sp4n_try_seconds, connect=5.0),
            limits=httpx.Limits(max_connections=2 * settings.sp4n_slots + 2, keepalive_expiry=5.0),
            follow_redirects=False,
            trust_env=False,
        )

    @property
    def searches(self) -> bool:
        """Whether the account can look a complaint up by words."""
        return bool(self._search[0])

    async def aclose(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def upload(self, name: str, content: bytes, kind: str) -> int:
        """Send one file, and return its number. Raise NotThere too if SP4N leaves it out without a word."""
        answer = await self._call("POST", "/complaints/complaint/file", files={"attachments[]": (name, content, kind)})
        docs = _results(answer).get("docs")
        number = _number(docs[0].get("id")) if isinstance(docs, list) and docs and isinstance(docs[0], dict) else None
        if number is None:
            raise NotThere("file_skipped")
        return number

    async def create(self, body: Mapping[str, Any]) -> str:
        """Create a complaint, and return its number. A success without a number is none."""
        answer = await self._call("POST", "/complaints/complaint", json=dict(body))
        number = _number(answer.get("complaint_id")) or _number(_results(answer).get("complaint_id"))
        if number is None:
            raise NotThere("no_number", maybe=True)
        return str(number)

    async def reject(self, number: str, target: int, why: str) -> None:
        """Say that a complaint is another institution's."""
        body = {"is_request": 1, "reason": target, "reason_description": why, "not_authority": 1}
        await self._call("POST", f"/complaints/process/{number}/reject", json=body)

    async def follow_up(self, form: Mapping[str, str], file: tuple[str, bytes, str] | None = None) -> None:
        """Add a follow-up to a complaint, with a file if there is one."""
        # httpx writes a multipart form only if there is a file part; a part without a file name is a plain field.
        parts: dict[str, Any] = {name: (None, value) for name, value in form.items()}
        if file is not None:
            parts["attachment[0]"] = file
        await self._call("POST", "/complaints/followup/add", files=parts)

    async def read(self, number: str) -> dict[str, Any]:
        """Return a complaint as SP4N has it."""
        data = _results(await self._call("GET", f"/complaints/{number}/complaint")).get("data")
        if not isinstance(data, dict):
            raise NotThere("server_error")
        return data

    async def follow_ups(self, number: str) -> list[dict[str, Any]]:
        """Return all follow-ups of a complaint, from every page."""
        return await self._pages(f"/complaints/{number}/followups", {})

    async def search(self, words: str) -> list[dict[str, Any]]:
        """Return the complaints that hold these words."""
        path, parameter = self._search
        return await self._pages(path, {parameter: words})

    async def masters(self, name: str) -> list[dict[str, Any]]:
        """Return a master list, such as `institutions/external` or `templates`."""
        return await self._pages(f"/masters/{name}", {})

    async def _pages(self, path: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the entries of all pages. A page may be shorter than we ask for, so only an empty or known one is the last.

        A success without a list tells nothing. Taken for an empty list, it would make us send again what is there.
        """
        found: dict[Any, dict[str, Any]] = {}
        for page in range(1, MOST_PAGES + 1):
            answer = await self._call("GET", path, params={**parameters, "page": page, "page_size": PAGE_SIZE})
            results = _results(answer)
            data = results.get("data")
            if not isinstance(data, list):
                raise NotThere("server_error")
            rows = [one for one in data if isinstance(one, dict)]
            new = {one.get("id", repr(one)): one for one in rows if one.get("id", repr(one)) not in found}
            found |= new
            total = _number(results.get("total"))
            if not new or (total is not None and len(found) >= total):
                break
        return list(found.values())

    async def _call(self, method: str, path: str, **body: Any) -> dict[str, Any]:
        """Make one call, and return its answer. The time limit holds for the whole call."""
        await self._wait_for_rate()
        writes = method == "POST"
        try:
            async with asyncio.timeout(self._try_s):
                answer = await self._client.request(method, path, **body)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            raise NotThere("unreachable") from None
        except (httpx.HTTPError, TimeoutError):
            raise NotThere("no_answer", maybe=writes) from None
        if answer.is_success:
            return _document(answer)
        raise _failure(answer, writes=writes)

    async def _wait_for_rate(self) -> None:
        wait = self._bucket.wait()
        self._bucket.take()
        if wait > 0:
            await asyncio.sleep(wait)


def _failure(answer: httpx.Response, *, writes: bool) -> NotThere:
    """Return what an answer that is no success means."""
    status = answer.status_code
    if status == 429:
        return NotThere("throttled", wait=_asked(answer))
    if status in (401, 403):
        return NotThere("account", wait=_LONGEST_WAIT)
    if status >= 500 or status == 408:
        return NotThere("server_error", maybe=writes, wait=_asked(answer))
    return NotThere("gone" if status == 404 else "refused", person=True)


def _asked(answer: httpx.Response) -> timedelta | None:
    """Return how long SP4N asks us to wait, at most five minutes."""
    written = answer.headers.get("retry-after", "")
    return min(timedelta(seconds=int(written)), _LONGEST_WAIT) if written.isdecimal() and len(written) < 7 else None


def _document(answer: httpx.Response) -> dict[str, Any]:
    try:
        document = answer.json()
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _results(document: Mapping[str, Any]) -> dict[str, Any]:
    results = document.get("results")
    return results if isinstance(results, dict) else {}


def _number(value: Any) -> int | None:
    """Return a positive number that is written as a number or as digits."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= 18:
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
