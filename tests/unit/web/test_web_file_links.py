"""Signed links to files: any client can open them as they stand, and they name their reader."""

from urllib.parse import parse_qs, urlsplit

import pytest

from shared.web.file_links import FileLinks

FILE = "6c762387-8a67-4aa4-b314-fb071194fae8"
LINKS = FileLinks(b"s" * 32, "https://aduan.example/")


@pytest.mark.parametrize("reader", ["opd:dlh", "account:petugas+satu@kaltim.example", "key:meja & loket/1"])
def test_a_link_is_an_address_that_needs_no_mending(reader: str) -> None:
    address = urlsplit(LINKS.link(FILE, reader, "320"))
    assert address.path == f"/v1/media/{FILE}/320"
    assert set(address.query) & set(' @+/&"<>') == set()
    [signature] = parse_qs(address.query)["signature"]
    assert LINKS.reader(FILE, signature, 600) == reader
