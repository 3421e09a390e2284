"""The offices outside the province: found by the names that the router refers to, and checked when they are read."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from services.router.routing import decide
from shared.reference import region_names
from shared.reference.authorities import WrongAuthorities, read_authorities, shipped_authorities

MATTERS = Path(__file__).parents[3] / "services/router/routing/data/matters"
# Several offices or none in particular: the desk names the right one.
NO_OFFICE = {"Instansi pusat pemilik aplikasi", "Instansi pusat yang berwenang (OJK, Ditjen Pajak, Pos, KPU)"}
HEAD = "code,name,other_names,mail,postal\n"


def bodies(value: Any) -> set[str]:
    """Return every body to which a table of matters refers."""
    if isinstance(value, dict):
        own = {value["to"]} if isinstance(value.get("to"), str) else set()
        return own.union(*(bodies(one) for one in value.values()))
    return set().union(*(bodies(one) for one in value)) if isinstance(value, list) else set()


def test_every_regency_city_and_body_of_the_centre_has_its_office() -> None:
    found = shipped_authorities()
    centre = set().union(*(bodies(tomllib.loads(one.read_text("utf-8"))) for one in MATTERS.glob("*.toml")))
    assert {name for name in centre if found.find(name) is None} == NO_OFFICE
    for region in region_names().values():
        assert found.find(f"Pemerintah {region}") is not None, region


@pytest.mark.parametrize("region", region_names().values())
def test_the_router_refers_to_a_regency_by_the_name_of_its_office(region: str) -> None:
    decision = decide("Sampah menumpuk di pinggir jalan tidak diangkut seminggu.", region)
    assert decision.to is not None
    assert shipped_authorities().find(decision.to) is not None


def test_no_shipped_address_can_be_anybodys() -> None:
    assert shipped_authorities().sampled
    assert all(one.mail.endswith(".example") or not one.mail for one in shipped_authorities().offices)


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ("", "needs the columns"),
        ("smd,,,a@b.example,\n", "line 2: code and name"),
        ("smd,Kota,,,\n", "line 2: a mail address or a postal address"),
        ("smd,Kota,,bukan surel,\n", "line 2: mail must be"),
        ("smd,Kota,,a@b.example,\nbpp,Lain,kota,c@d.example,\n", "line 3: a name stands twice"),
    ],
)
def test_a_wrong_file_names_its_wrong_rows(tmp_path: Path, rows: str, wrong: str) -> None:
    path = tmp_path / "instansi.csv"
    path.write_text(HEAD + rows, encoding="utf-8")
    with pytest.raises(WrongAuthorities, match=wrong):
        read_authorities(path)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(WrongAuthorities, match="cannot be read"):
        read_authorities(tmp_path / "tidak-ada.csv")
