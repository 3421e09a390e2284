"""The lists of referred cases: what an address asks for, and the page of cases that it leads to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Self
from uuid import UUID

from services.router import store
from services.router.actions.addresses import AddressFilter
from services.router.actions.desk_lists import parse_place
from services.router.store import StoredCase
from shared.runtime.running import Running

HERE: Final = "/penerusan"
# The stages as the statement `referrals` names them: a proposal that no person has looked at; the authority must be told
# on paper; it was told; it has answered.
STAGES: Final = ("baru", "surat", "diberitahu", "dijawab")
ORDERS: Final = ("terlama", "ragu")


@dataclass(frozen=True, slots=True)
class ReferralFilter(AddressFilter):
    """The request in the address of the list."""

    here: ClassVar[str] = HERE
    keadaan: str = "baru"
    urut: str = "terlama"
    kewenangan: str = ""
    pokok: str = ""
    wilayah: str = ""
    kanal: str = ""
    instansi: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Self:
        """Return the filter of an address. What is unknown in it is left out."""
        known = cls.cleaned(given)
        stage, order = known["keadaan"], known["urut"]
        # Only proposals are few enough to be sorted by anything but their age.
        stage = stage if stage in STAGES else STAGES[0]
        order = order if order in ORDERS and stage == STAGES[0] else ORDERS[0]
        return cls(**known | {"keadaan": stage, "urut": order})


@dataclass(frozen=True, slots=True)
class ReferralPage:
    """One page of the list. ``next``: the cursor of the next page, or None after the last one."""

    cases: list[StoredCase]
    next: str | None


async def load_referrals(running: Running[Any], wanted: ReferralFilter, after: str, limit: int) -> ReferralPage:
    """Return the cases that the filter leaves, after a cursor. A wrong cursor begins at the top."""
    values = (wanted.urut, wanted.kewenangan, wanted.pokok, wanted.wilayah, wanted.kanal, wanted.instansi)
    start: tuple[str, UUID] = parse_place(after)
    found = await store.list_referrals(running.pool, wanted.keadaan, values, start, limit)
    more = f"{found[-1][0]}!{found[-1][1].key}" if len(found) == limit else None
    return ReferralPage([one for _, one in found], more)


async def count_stages(running: Running[Any]) -> dict[str, int]:
    """Return the number of cases at each stage that still asks something of the desk."""
    return {stage: await store.count_referrals(running.pool, stage) for stage in STAGES[:3]}
