"""The officers of the demo: those of OPDs without a system of their own, and the desks. All of them work over HTTP."""

import asyncio
from collections.abc import Awaitable, Collection, Mapping
from typing import Any

from deploy.local.demo.cases import Cases, Seen
from deploy.local.demo.days import Day
from deploy.local.demo.http import client

AUTHORITIES = {
    "regency_or_city": (
        "Pemerintah kabupaten/kota setempat",
        "Sampaikan kepada dinas terkait di kabupaten atau kota Anda.",
    ),
    "centre": ("Instansi pemerintah pusat", "Sampaikan kepada kantor instansi pusat terdekat atau lewat SP4N-LAPOR!."),
    "ikn": ("Otorita Ibu Kota Nusantara", "Sampaikan kepada layanan pengaduan Otorita IKN."),
}
PUBLIC = "Petugas sudah memeriksa laporan Anda dan menjadwalkan tindak lanjut."
ANSWER = "Tindak lanjut sudah selesai. Hasilnya kami periksa bersama petugas lapangan."
AGAIN = "Kami kembali menindaklanjuti keberatan Anda dan menuntaskan yang belum selesai."
QUESTION = "Mohon lengkapi lokasi dan waktu kejadiannya."

# Steps in order. Each has a name, the number of working days after the assignment, the action and its body.
Plan = tuple[tuple[str, int, str, Mapping[str, Any]], ...]

PUNCTUAL: Plan = (
    ("accept", 0, "accept", {}),
    ("public", 1, "progress", {"text": PUBLIC}),
    ("resolve", 4, "resolve", {"answer": ANSWER}),
)
SHORT: Plan = (("resolve", 3, "resolve", {"answer": ANSWER}),)
ASKING: Plan = (
    ("accept", 1, "accept", {}),
    ("ask", 2, "request-info", {"question": QUESTION}),
    ("resolve", 7, "resolve", {"answer": ANSWER}),
)
LATE: Plan = (
    ("accept", 7, "accept", {}),
    ("public", 9, "progress", {"text": PUBLIC}),
    ("resolve", 20, "resolve", {"answer": ANSWER}),
)
PUT_OFF: Plan = (
    ("accept", 1, "accept", {}),
    ("put_off", 3, "put-off", {}),
    ("resolve", 14, "resolve", {"answer": ANSWER}),
)
DECLINING: Plan = (
    ("decline", 1, "decline", {"reason": "Urusan ini tidak termasuk tugas kami menurut pembagian urusan."}),
)
SILENT: Plan = ()
# Plans by the order in which complaints arrived. Some complaints are never answered, so that their deadlines run out.
PLANS = (PUNCTUAL, SHORT, ASKING, LATE, PUNCTUAL, SILENT, PUT_OFF, PUNCTUAL, SHORT, DECLINING)
PUT_OFF_DAYS = 5


class Officers:
    """All officers and desks. They take at most one step a day on each case."""

    def __init__(self, router: str, keys: Mapping[str, str], days: list[Day], with_systems: Collection[str]) -> None:
        self._http = client(router)
        self._keys, self._days, self._with_systems = keys, days, frozenset(with_systems)
        self._at_once = asyncio.Semaphore(8)

    async def close(self) -> None:
        """Close the HTTP client."""
        await self._http.aclose()

    async def work(self, cases: Cases, day: int) -> int:
        """Do everybody's work of this day. Return the number of steps taken."""
        jobs: list[Awaitable[None]] = [
            self._do(case, f"router.officer.{case.opd}", *step)
            for case in cases.in_state("assigned", "in_progress")
            if case.opd and case.opd not in self._with_systems and (step := self._next(case, day))
        ]
        jobs += [
            self._do(case, "router.arbiter" if case.desk == "arbiter" else "router.koordinator", *decision)
            for case in cases.in_state("verification")
            if case.desk and (decision := self._decide(case, cases, day))
        ]
        await asyncio.gather(*jobs)
        return len(jobs)

    def _next(self, case: Seen, day: int) -> tuple[str, str, Mapping[str, Any]] | None:
        if case.rounds > 1:
            name = f"again{case.rounds}"
            ready = name not in case.steps and day - case.since >= 3
            return (name, "resolve", {"answer": AGAIN}) if ready else None
        plan = DECLINING if case.declined_by is None and case.place % 10 == 9 else PLANS[case.place % len(PLANS)]
        if plan is DECLINING and case.declined_by is not None:
            plan = PUNCTUAL
        age = day - case.assigned_on
        for name, after, action, body in plan:
            if name not in case.steps and (age >= after or (case.urgent and plan is PUNCTUAL)):
                # A case is put off to a later day, if one is left. An information request is never put off.
                if name == "put_off" and (case.information or day + 1 >= len(self._days)):
                    continue
                until = self._days[min(day + PUT_OFF_DAYS, len(self._days) - 1)].morning.date().isoformat()
                return name, action, {"until": until, "reason": "Menunggu alat berat."} if name == "put_off" else body
        return None

    def _decide(self, case: Seen, cases: Cases, day: int) -> tuple[str, str, Mapping[str, Any]] | None:
        """Return the desk's decision on a case today, if any.

        A declined case goes to another candidate, or back to the OPD that declined. A twin of an earlier case is
        merged. Otherwise the first candidate gets the case. Some cases wait so long that the desk's own clock runs out.
        """
        name = f"desk{case.since}"
        patience = 9 if case.place % 6 == 5 else 4 if case.place % 6 == 4 else 1
        if name in case.steps or day - case.since < patience:
            return None
        if case.declined_by:
            reason = "Menurut pembagian urusan daerah, ini tugas instansi tersebut."
            return name, "assign", {"opd": self._other(case), "reason": reason}
        twin = next((other for other in cases.by_key.values() if self._twins(case, other)), None)
        if twin:
            return name, "merge", {"into": twin.ticket}
        if not case.candidates:
            return name, "archive", {"reason": "spam", "note": "Bukan aduan layanan publik."}
        best = case.candidates[0]
        if best["opd"]:
            return name, "assign", {"opd": best["opd"], "reason": "Sesuai isi aduan dan lokasi kejadian."}
        to, next_step = AUTHORITIES.get(best["authority"], AUTHORITIES["regency_or_city"])
        reason = "Urusan ini bukan wewenang pemerintah provinsi."
        return name, "refer", {"authority": best["authority"], "to": to, "reason": reason, "next_step": next_step}

    def _other(self, case: Seen) -> str:
        others = [one["opd"] for one in case.candidates if one["opd"] and one["opd"] != case.declined_by]
        return others[0] if others else str(case.declined_by)

    def _twins(self, case: Seen, other: Seen) -> bool:
        """Return whether ``other`` is an earlier, still open complaint with the same words."""
        return (
            other.place < case.place
            and other.words == case.words
            and other.state in ("assigned", "in_progress", "verification")
        )

    async def _do(self, case: Seen, key: str, name: str, action: str, body: Mapping[str, Any]) -> None:
        case.steps.add(name)
        async with self._at_once:
            token = f"{case.ticket}:{case.assigned_on}:{name}"
            headers = {"Authorization": f"Bearer {self._keys[key]}", "Idempotency-Key": token}
            answer = await self._http.post(f"/v1/cases/{case.ticket}/{action}", json=dict(body), headers=headers)
        if answer.is_error:
            raise RuntimeError(
                f"{action} of {case.ticket} in state {case.state}: {answer.status_code} {answer.text[:300]}"
            )
