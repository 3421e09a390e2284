"""The allowed destinations of webhooks, and the accepted rows of the officers' table."""

import ipaddress
import socket
from typing import Any

import pytest

from services.notifier.channels.webhook_addresses import (
    UnresolvedError,
    UnsafeAddressError,
    check,
    is_public,
    origin_of,
    read_url,
)
from services.notifier.errors import BadAddressesError
from services.notifier.staff_table import read_staff_table

HEAD = "role,opd,name,channel,address\n"
HEAD_WITH_SECRET = "role,opd,name,channel,address,secret\n"


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1",
        "172.16.5.4",
        "192.168.1.1",
        "127.0.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "198.18.0.1",
        "192.0.2.1",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::a00:1",
        "2002:a00:1::1",
        "2001:0:a00:1::1",
        "::8.8.8.8",
        "2001:db8::1",
    ],
)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "103.10.10.10", "2404:6800:4003::1"])
def test_a_public_address_is_taken(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://mitra.example/x",
        "ftp://mitra.example",
        "https://",
        "https://a:b@mitra.example/",
        "https://mitra.example:0/",
        "https://[::1",
        "x",
    ],
)
def test_only_plain_https_addresses_are_read(url: str) -> None:
    with pytest.raises(UnsafeAddressError):
        read_url(url, allow_loopback=False)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("https://[::1", "the webhook address cannot be read"),
        ("http://mitra.example/x", "the webhook address must be https"),
        ("https://a:b@mitra.example/", "the webhook address must be https://host/path without a user name"),
    ],
)
def test_an_operator_reads_in_english_why_a_webhook_address_is_refused(url: str, message: str) -> None:
    with pytest.raises(UnsafeAddressError, match=f"^{message}$"):
        read_url(url, allow_loopback=False)


async def test_a_name_with_one_private_address_among_public_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    resolves_to(monkeypatch, "8.8.8.8", "10.0.0.1")
    with pytest.raises(UnsafeAddressError):
        await check("https://mitra.example/hook", allow_loopback=False)


async def test_the_address_that_was_checked_is_the_one_to_connect_to(monkeypatch: pytest.MonkeyPatch) -> None:
    resolves_to(monkeypatch, "8.8.8.8")
    target = await check("https://mitra.example/hook?a=1", allow_loopback=False)
    assert (target.ip, target.host, target.port) == ("8.8.8.8", "mitra.example", 443)


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "2130706433", "0x7f.1"])
async def test_this_machine_is_refused_however_it_is_written(host: str) -> None:
    with pytest.raises((UnsafeAddressError, UnresolvedError)):
        await check(f"https://{host}/hook", allow_loopback=False)


async def test_for_development_this_machine_may_be_allowed_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await check("http://127.0.0.1:8080/hook", allow_loopback=True)).port == 8080
    resolves_to(monkeypatch, "10.0.0.1")
    with pytest.raises(UnsafeAddressError):
        await check("http://mitra.example/hook", allow_loopback=True)


def test_a_good_table_is_read_whole() -> None:
    people = read_staff_table(
        HEAD + "officer,dishub,Pejabat,email,a@kaltim.example\nsekda,,Sekda,whatsapp,+6280000000123\n", {"dishub"}
    )
    assert [(person.audience.value, person.opd) for person in people] == [("officer", "dishub"), ("sekda", None)]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("boss,,X,email,a@b.example", "role must be one of"),
        ("officer,tidak-ada,X,email,a@b.example", "opd must be a code"),
        ("sekda,dishub,X,email,a@b.example", "opd belongs to officers"),
        ("sekda,,,email,a@b.example", "name is empty"),
        ("sekda,,X,pigeon,a@b.example", "channel must be one of"),
        ("sekda,,X,email,not-an-address", "address does not fit"),
        ("sekda,,X,whatsapp,0800", "address does not fit"),
        ("sekda,,X,webhook,http://mitra.example", "address does not fit"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_taken(row: str, problem: str) -> None:
    with pytest.raises(BadAddressesError, match=f"row 3: .*{problem}"):
        read_staff_table(HEAD + "sekda,,Sekda,email,a@kaltim.example\n" + row + "\n", {"dishub"})


def test_a_mail_address_is_stored_in_the_form_that_every_mail_server_takes() -> None:
    [person] = read_staff_table(HEAD + "sekda,,Sekda,email,Sekda@BÜRO.example\n", set())
    assert person.address == "Sekda@xn--bro-hoa.example"


SECRET, OTHER = "whsec_" + "YWJj" * 8, "whsec_" + "ZGVm" * 8
HOOK = "sekda,,Sekda,webhook,https://mitra.example/a,"


def test_during_a_rotation_a_webhook_has_two_secrets_the_new_one_first() -> None:
    [person] = read_staff_table(HEAD_WITH_SECRET + HOOK + f"{SECRET} {OTHER}\n", set())
    assert person.secrets == (SECRET, OTHER)


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        (HOOK + "\n", "a webhook needs a secret of its own"),
        (HOOK + "   \n", "a webhook needs a secret of its own"),
        (HOOK + f"{SECRET} {SECRET}\n", "a webhook needs a secret of its own"),
        (HOOK + f"{SECRET} {OTHER} whsec_{'Z2hp' * 8}\n", "or two during a rotation"),
        (HOOK + "rahasia\n", "secret must be whsec_"),
        (HOOK + "whsec_c2hvcnQ=\n", "secret must be whsec_"),
        (HOOK + "whsec_" + "!" * 40 + "\n", "secret must be whsec_"),
        (f"sekda,,Sekda,email,a@kaltim.example,{SECRET}\n", "secret belongs to webhooks only"),
        (HOOK + SECRET + f"\ngovernor,,G,webhook,https://lain.example/a,{SECRET}\n", "Sekda and G share a secret"),
        (
            HOOK + SECRET + f"\ngovernor,,G,webhook,https://lain.example/a,{OTHER} {SECRET}\n",
            "Sekda and G share a secret",
        ),
    ],
)
def test_no_webhook_goes_without_a_secret_of_its_own(rows: str, problem: str) -> None:
    with pytest.raises(BadAddressesError, match=problem):
        read_staff_table(HEAD_WITH_SECRET + rows, set())


def test_one_webhook_address_of_two_roles_has_one_secret() -> None:
    twice = HOOK + SECRET + "\n" + HOOK.replace("sekda,,Sekda", "governor,,G")
    assert len(read_staff_table(HEAD_WITH_SECRET + twice + SECRET + "\n", set())) == 2
    with pytest.raises(BadAddressesError, match="same webhook address with different secrets"):
        read_staff_table(HEAD_WITH_SECRET + twice + f"{OTHER} {SECRET}\n", set())


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("https://Mitra.example/a?b=1", "https://mitra.example"),
        ("https://mitra.example:8443", "https://mitra.example:8443"),
        ("HTTPS://mitra.example/", "https://mitra.example"),
    ],
)
def test_a_receiver_is_known_by_scheme_host_and_port(written: str, origin: str) -> None:
    assert origin_of(written) == origin


def test_a_missing_column_is_named() -> None:
    with pytest.raises(BadAddressesError, match="channel, address"):
        read_staff_table("role,opd,name\n", {"dishub"})


def resolves_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    def getaddrinfo(_host: str, port: int, **_more: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr("socket.getaddrinfo", getaddrinfo)
