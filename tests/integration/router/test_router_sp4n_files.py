"""A file that the citizen adds after the complaint went to SP4N arrives there, and one that SP4N leaves out is noticed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.router.rules.sp4n_outgoing import CONNECTOR, FILE_ADDED
from services.router.store import Q
from shared.events.fact import Attachment
from shared.events.submissions import FilesAdded
from shared.web.file_links import FileLinks
from tests.support.router_mirror import connected, mirror, order, put_cases, settled
from tests.support.router_world import RouterWorld
from tests.support.sp4n import Served, served
from tests.support.toys import until

PHOTO = Attachment(id="01990000-0000-7000-8000-000000000001", type="image/jpeg", size=9, sha256="0" * 64)
ADDED = (FilesAdded(files=(PHOTO,)),)


@pytest.fixture
async def stub(router_world: RouterWorld) -> AsyncIterator[Served]:
    """Serve the stub, and beside it intake's files for the reader that a link names."""
    links = FileLinks(router_world.settings().secret_bytes)

    async def give(request: Request) -> Response:
        reader = links.reader(request.path_params["file"], request.query_params["signature"], 600)
        return Response(b"\xff\xd8\xff foto") if reader == CONNECTOR else Response(status_code=404)

    async with served(more=[Route("/v1/media/{file}", give)]) as found:
        yield found


def follow_ups(stub: Served) -> list[dict[str, Any]]:
    [there] = stub.sp4n.book.complaints.values()
    found: list[dict[str, Any]] = there["followups"]
    return found


@pytest.mark.parametrize("trap", ["", "cut", "hang", "error_kept", "drop"])
async def test_an_added_photo_is_there_once_whatever_the_other_side_does(
    router_world: RouterWorld, stub: Served, trap: str
) -> None:
    await order(stub, traps=[{"call": "followup", "what": trap}] if trap else [], hang_s=2)
    async with mirror(connected(router_world, stub, sp4n_files_url=stub.url)) as live:
        await put_cases(live, 1, ADDED)
        await settled(live)
    [said] = follow_ups(stub)
    assert said["attachments"] == ["lampiran-01990000.jpeg"]
    assert said["content"].startswith(FILE_ADDED)


async def test_a_photo_that_sp4n_leaves_out_goes_before_a_person_who_may_send_it_again(
    router_world: RouterWorld, stub: Served
) -> None:
    await order(stub, traps=[{"call": "followup", "what": "skip_file"}])
    async with mirror(connected(router_world, stub, sp4n_files_url=stub.url)) as live:
        [(key, _)] = await put_cases(live, 1, ADDED)

        async def with_a_person() -> bool:
            return bool(await live.pool.fetchval("SELECT 1 FROM sp4n_mirror WHERE state = 'person'"))

        await until(with_a_person, "a person has it")
        assert await live.pool.fetchval("SELECT reason FROM sp4n_mirror") == "file_skipped"
        assert [one["attachments"] for one in follow_ups(stub)] == [[]]
        await live.pool.execute(Q["retry_mirror"], [key], "triage:uji")
        await settled(live)
    assert [len(one["attachments"]) for one in follow_ups(stub)] == [0, 1]
