"""The destination of a candidate by law and place: our OPD, a regency, the centre, the IKN, or another province."""

from __future__ import annotations

from typing import NamedTuple

from services.router.routing.lexicon import Lexicon
from services.router.routing.matters import Branch, Matter
from services.router.routing.ranking import ENOUGH
from services.router.routing.text_scan import TextScan
from services.router.routing.weighing import Candidate
from shared.events.fact import Authority
from shared.reference import shipped_names
from shared.reference.registry import Table

IKN = "ikn"
OTORITA = "Otorita Ibu Kota Nusantara"
# The weight of the words for the IKN that outweighs a region named in the text.
CERTAINLY_IKN = 8.0


class Destination(NamedTuple):
    """``elsewhere``: the matter lies in another province. ``because``: the sentence that is shown as the reason.

    ``vacant``: it is the province's work, but no OPD is in charge of it now.
    """

    authority: Authority
    opd: str | None
    to: str | None
    because: str
    elsewhere: bool = False
    vacant: bool = False


def destination_of(one: Candidate, scan: TextScan, registry: Table, *, inside_ikn: bool) -> Destination:
    """Return where a candidate leads.

    Inside the IKN, the Otorita does what the province or a regency does elsewhere. Work of the centre, and matters that
    the tables mark ``anywhere``, stay with their usual authority.
    """
    matter, branch = one.matter, one.branch
    if matter.code == IKN or (inside_ikn and not matter.anywhere and branch.authority != "centre"):
        return Destination(
            "ikn", None, OTORITA, "Lokasinya di dalam Ibu Kota Nusantara, yang dikelola Otorita IKN (UU 3/2022)."
        )
    if branch.authority == "centre":
        return Destination("centre", None, branch.to, branch.because)
    region, province = scan.where.found()
    if province and not matter.abroad:
        body = region if region and branch.authority == "regency_or_city" else f"Provinsi {province}"
        because = f"{branch.because} Lokasinya di luar Kalimantan Timur."
        return Destination(branch.authority, None, f"Pemerintah {body}", because, elsewhere=True)
    if branch.opd is not None:
        return _office(matter, branch, registry)
    to = branch.to or (f"Pemerintah {region}" if region else "pemerintah kabupaten/kota setempat")
    return Destination(branch.authority, None, to, branch.because)


def _office(matter: Matter, branch: Branch, registry: Table) -> Destination:
    """Return the OPD that the registry puts in charge of a matter. The tables of words name the one of their time."""
    code = registry.offices.get(matter.code)
    if code is None:
        because = f"Urusan {matter.label} belum punya OPD yang berwenang; petugas menentukan tujuannya."
        return Destination(branch.authority, None, None, because, vacant=True)
    same = code == branch.opd and registry.opds[code].name == shipped_names()[code]
    because = branch.because if same else f"Urusan {matter.label} adalah urusan {registry.opds[code].name}."
    return Destination(branch.authority, code, None, because)


def heads_for_ikn(tables: Lexicon, scan: TextScan, weights: dict[int, float]) -> bool:
    """Return whether the matter lies in the IKN: by its place, or because the text is about the IKN above all."""
    if scan.where.ikn:
        return True
    weight = next(weights.get(matter.index, 0.0) for matter in tables.matters if matter.code == IKN)
    region, _ = scan.where.found()
    return weight >= CERTAINLY_IKN or (weight >= ENOUGH and not region)
