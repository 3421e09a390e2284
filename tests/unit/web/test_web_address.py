"""The address a request is counted under."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from shared.web.address import client_address, is_trusted, networks


@pytest.mark.parametrize(
    ("peer", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8::1", "2001:db8::1"),
        ("testclient", ""),
        ("fe80::1%eth0", "fe80::1"),
        ("2001:db8::" + "0" * 40 + "1", ""),
        ("0000:0000:0000:0000:0000:ffff:255.255.255.255", "255.255.255.255"),
    ],
)
def test_a_request_is_counted_under_its_peer(peer: str, counted: str) -> None:
    scope = {"type": "http", "client": (peer, 4711), "headers": []}
    assert client_address(scope) == counted
    assert client_address(Request(scope)) == counted


def test_a_connection_without_a_peer_has_no_address() -> None:
    assert client_address({"type": "http", "client": None, "headers": []}) == ""


def test_networks_name_the_proxies_that_are_trusted() -> None:
    trusted = networks(["10.1.0.0/16", "192.0.2.5", "fd00::/8", ""])
    assert is_trusted("10.1.2.3", trusted)
    assert is_trusted("::ffff:10.1.2.3", trusted)
    assert is_trusted("fd00::9", trusted)
    assert not is_trusted("10.2.0.1", trusted)
    assert not is_trusted("192.0.2.6", trusted)
    assert not is_trusted(None, trusted)


def test_what_is_no_network_is_refused() -> None:
    with pytest.raises(ValueError, match="10"):
        networks(["10.300.0.0/8"])
