"""A signed value is worth something only unchanged, in time, for its purpose and with our secret."""

from __future__ import annotations

import pytest

from shared.web.signing import Signing

SIGNING = Signing(b"rahasia" * 8)


def test_what_was_sealed_opens_in_time_and_for_its_purpose_only() -> None:
    sealed = SIGNING.seal("session", "nilai")
    assert SIGNING.open("session", sealed, lasts_s=60) == "nilai"
    assert SIGNING.open("once", sealed, lasts_s=60) is None
    assert Signing(b"lain" * 8).open("session", sealed, lasts_s=60) is None
    assert SIGNING.open("session", sealed, lasts_s=-1) is None


@pytest.mark.parametrize("at", range(0, 60, 7))
def test_a_changed_value_does_not_open(at: int) -> None:
    sealed = SIGNING.seal("session", "nilai-yang-panjang")
    changed = sealed[:at] + ("a" if sealed[at] != "a" else "b") + sealed[at + 1 :]
    assert SIGNING.open("session", changed, lasts_s=60) is None


def test_a_signature_fits_its_value_and_purpose_only() -> None:
    signature = SIGNING.signature("csrf", "pengunjung")
    assert SIGNING.fits("csrf", "pengunjung", signature)
    assert not SIGNING.fits("csrf", "lain", signature)
    assert not SIGNING.fits("once", "pengunjung", signature)
    assert not SIGNING.fits("csrf", "pengunjung", signature + "=" * 300)
    assert SIGNING.fits("csrf", "\ud800", SIGNING.signature("csrf", "\ud800"))
