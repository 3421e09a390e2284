"""Addresses of files: only the platform's hosts by https, whatever a webhook says."""

import pytest

from services.intake.media.addresses import ForeignAddress, checked, is_address

HOSTS = ("fbsbx.com", "fbcdn.net", "cdninstagram.com")


@pytest.mark.parametrize(
    "address",
    [
        "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=1&signature=x", "https://fbsbx.com/x",
        "https://scontent.xx.fbcdn.net:443/v/t1.jpg", "https://SCONTENT.CDNINSTAGRAM.COM./x",
    ],
)  # fmt: skip
def test_an_address_at_the_platform_is_asked(address: str) -> None:
    assert checked(address, HOSTS) == address


@pytest.mark.parametrize(
    "address",
    [
        "http://lookaside.fbsbx.com/x", "https://evilfbsbx.com/x", "https://fbsbx.com.evil.example/x",
        "https://evil.example/?fbsbx.com", "https://evil.example#.fbsbx.com", "https://fbsbx.com@evil.example/x",
        "https://user@fbsbx.com/x", "https://user:p@fbsbx.com/x", "https://fbsbx.com:8443/x", "https://fbsbx.com:0/x",
        "https://127.0.0.1/x", "https://169.254.169.254/latest/meta-data", "https://[::1]/x", "https://localhost/x",
        "ftp://fbsbx.com/x", "file:///etc/passwd", "https://", "https:///fbsbx.com", "//fbsbx.com/x", "https://fbsbx.com:99999/x",
        "https://evil.example\\.fbsbx.com/x", "https://[fbsbx.com/x", "",
    ],
)  # fmt: skip
def test_any_other_address_is_not(address: str) -> None:
    with pytest.raises(ForeignAddress):
        checked(address, HOSTS)


def test_an_id_of_whatsapp_is_no_address() -> None:
    assert (is_address("1234567890"), is_address("https://fbsbx.com/x")) == (False, True)
