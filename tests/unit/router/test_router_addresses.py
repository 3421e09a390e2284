"""The filter of a list lives in its address: it comes back from there, and a later page keeps it."""

from urllib.parse import parse_qs, urlsplit

import pytest

from services.router.actions.addresses import AddressFilter
from services.router.actions.desk_lists import DeskFilter
from services.router.actions.mirror_list import MirrorFilter
from services.router.actions.referral_lists import ReferralFilter

CHOSEN = [
    DeskFilter(meja="arbiter", urut="tenggat", q="jalan rusak & gelap", lewat="ya"),
    ReferralFilter(keadaan="baru", urut="ragu", instansi="Kota Samarinda"),
    MirrorFilter(opd="dishub", hanya="petugas"),
]


@pytest.mark.parametrize("wanted", CHOSEN, ids=lambda one: type(one).__name__)
def test_a_filter_comes_back_from_its_address(wanted: AddressFilter) -> None:
    assert type(wanted).of_text(urlsplit(wanted.address()).query) == wanted
    assert type(wanted)().address() == wanted.here, "what is as usual stays out of the address"


@pytest.mark.parametrize("wanted", CHOSEN, ids=lambda one: type(one).__name__)
def test_the_address_of_a_later_page_keeps_the_filter(wanted: AddressFilter) -> None:
    query = urlsplit(wanted.address("a!b")).query
    assert parse_qs(query)["sesudah"] == ["a!b"]
    assert type(wanted).of_text(query) == wanted
