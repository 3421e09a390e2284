"""A player gets the part of a recording that it asks for."""

from collections.abc import AsyncGenerator

import pytest

from services.intake.api.ranges import FilePart, part_of, wanted_part


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-", FilePart(0, 10)),
        ("bytes=0-3", FilePart(0, 4)),
        ("bytes=4-99", FilePart(4, 10)),
        ("bytes=9-9", FilePart(9, 10)),
        ("bytes=-3", FilePart(7, 10)),
        ("bytes=-99", FilePart(0, 10)),
        *((wrong, None) for wrong in ("", "bytes=", "bytes=-", "bytes=10-", "bytes=5-4", "bytes=-0", "bytes=0-1,3-4")),
        ("lines=0-1", None),
        ("bytes=9999999999999-", None),
    ],
)
def test_a_range_names_a_part_and_anything_else_the_whole(header: str, part: FilePart | None) -> None:
    assert wanted_part(header, 10) == part


@pytest.mark.parametrize("part", [FilePart(begin, end) for begin in range(10) for end in range(begin + 1, 11)])
async def test_a_part_has_exactly_its_bytes_and_closes_the_file(part: FilePart) -> None:
    content, closed = bytes(range(10)), []

    async def chunks() -> AsyncGenerator[bytes, None]:
        try:
            for at in range(0, 10, 3):
                yield content[at : at + 3]
        finally:
            closed.append(True)

    assert b"".join([piece async for piece in part_of(chunks(), part)]) == content[part.begin : part.end]
    assert closed == [True]
