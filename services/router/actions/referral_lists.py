"""The lists of referred cases: what an address asks for, and the page of cases that it leads to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from services.router import store
from services.router.actions.desk_lists import parse_place
from services.router.store import StoredCase
from shared.clean import clean_text
from shared.runtime.running import Running

HERE: Final = "/penerusan"
# The stages as the statement `referrals` names them: a proposal that no person has looked at; the authority must be told
# on paper; it was told; it has answered.
STAGES: Final = ("baru", "surat", "diberitahu", "dijawab")
ORDERS: Final = ("terlama", "ragu")
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class ReferralFilter:
    """The request in the address of the list. The names of the fields are those in the address."""

    keadaan: str = "baru"
    urut: str = "terlama"
    kewenangan: str = ""
    pokok: str = ""
    wilayah: str = ""
    kanal: str = ""
    instansi: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> ReferralFilter:
        """Return the filter of an address. What is unknown in it is left out."""
        known = {one.name: clean_text(given.get(one.name, "")).strip()[:_LONGEST] for one in fields(cls)}
        stage, order = known["keadaan"], known["urut"]
        # Only proposals are few enough to be sorted by anything but their age.
        stage = stage if stage in STAGES else STAGES[0]
        order = order if order in ORDERS and stage == STAGES[0] else ORDERS[0]
        return cls(**known | {"keadaan": stage, "urut": order})

    def as_text(self, **changed: str) -> str:
        """Return the query part of the address. What is as usual stays out of it."""
        usual, now = ReferralFilter(), replace(self, **changed)
        values = {one.name: getattr(now, one.name) for one in fields(self)}
        return urlencode({name: value for name, value in values.items() if value != getattr(usual, name)})

    def address(self, **changed: str) -> str:
        """Return the address of the list."""
        text = self.as_text(**changed)
        return f"{HERE}?{text}" if text else HERE


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
