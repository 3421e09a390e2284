"""Any order of asking for help, giving parts, answering and moving the case: what holds for lead and helpers together."""

from collections import Counter
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.router.rules import commands as c
from services.router.rules import commands_help, commands_referral
from services.router.state import HELPED
from services.sla.policy import shipped_policies
from services.sla.rules import DueDates
from services.sla.rules import fold as fold_clocks
from services.sla.state import CaseClocks
from shared.errors import Refused
from shared.events.cases_helpers import HelperAdded, HelperContributed, HelperEnded
from shared.events.catalogue import CASES
from shared.events.opd import Assignment
from shared.events.submissions import (
    CitizenConfirmed,
    CitizenDisputed,
    CitizenReplied,
    CitizenWithdrew,
    SubmissionErased,
)
from shared.ids import new_id
from shared.pipeline import Item, Tick
from shared.worktime import Timetable
from shared.worktime.reading import shipped_calendar
from tests.support.router_facts import SCHOOL, UNCLEAR, Story, submitted

CODES = ("disdikbud", "dishub", "dinkes")
SAYS = "Petugas kami sudah memeriksa halte di depan sekolah."
DUE_DATES = DueDates(Timetable(shipped_calendar()), shipped_policies())

codes = st.sampled_from(CODES)
ACTS = st.one_of(
    st.builds(commands_help.AddHelper, helper=codes, task=st.just("Periksa haltenya.")),
    st.builds(commands_help.AskHelp, opd=codes, helper=codes, task=st.just("Periksa haltenya.")),
    st.builds(commands_help.RemoveHelper, helper=codes, reason=st.just("Tidak perlu lagi.")),
    st.builds(commands_help.EndHelp, opd=codes, helper=codes, reason=st.just("Tidak perlu lagi.")),
    st.builds(commands_help.Contribute, opd=codes, text=st.just(SAYS)),
    st.builds(c.Accept, opd=codes),
    st.builds(c.Decline, opd=codes, reason=st.just("Bukan wewenang kami.")),
    st.builds(c.Resolve, opd=codes, answer=st.just(SAYS), without_parts=st.sampled_from((None, "Pelapor menunggu."))),
    st.builds(c.Assign, opd=codes, reason=st.just("Wewenangnya."), arbiter=st.just(True)),
    st.builds(c.TakeBack, reason=st.just("Salah tunjuk."), arbiter=st.just(True)),
    st.builds(c.Ask, opd=codes, question=st.just("Di mana?")),
    st.sampled_from(
        (
            commands_referral.Refer(authority="centre", to="Kementerian", reason="x", next_step="y", arbiter=True),
            c.Archive(reason="other"),
            c.Close(reason="Selesai."),
            CitizenReplied(text="Di depan sekolah.", channel="web"),
            CitizenDisputed(reason="Belum.", channel="web"),
            CitizenConfirmed(channel="web"),
            CitizenWithdrew(channel="web"),
            Tick(),
        )
    ),
    # An erasure ends every story, so it comes seldom.
    st.sampled_from((*(Tick() for _ in range(9)), SubmissionErased())),
)


class Both:
    """The router's case and sla's clocks of it: sla folds what the router says."""

    def __init__(self, text: str) -> None:
        self.story = Story()
        self.clocks = CaseClocks()
        # The last snapshot on each OPD's topic, and the assignments of each OPD that are not withdrawn.
        self.shown: dict[str, Assignment] = {}
        self.live: dict[str, set[UUID]] = {}
        self.act(submitted(text))

    def act(self, data: Any) -> None:
        try:
            self.story.fold(data)
        except Refused:
            return
        for out in self.story.last.events:
            if isinstance(out.data, Assignment):
                self.show(out.topic.split(".")[1], out.data)
            if out.topic == CASES:
                self.tell(out.data)
        self.story.later(hours=7)
        self.tell(Tick())

    def show(self, code: str, snapshot: Assignment) -> None:
        before = self.shown.get(code)
        assert before is None or snapshot.version > before.version
        self.shown[code] = snapshot
        live = self.live.setdefault(code, set())
        (live.discard if snapshot.withdrawn else live.add)(snapshot.assignment_id)

    def tell(self, data: Any) -> None:
        key = self.story.key
        item = Item(key=key, data=data, actor="test", at=self.story.now, id=new_id(), keys=(key,), topic=CASES)
        change = fold_clocks(DUE_DATES, {key: self.clocks}, item, self.story.now)
        self.clocks = change.states.get(key, self.clocks)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from((SCHOOL, UNCLEAR)), st.lists(ACTS, max_size=25))
def test_lead_helpers_parts_and_clocks_hold_together_in_any_order(text: str, acts: list[Any]) -> None:
    both = Both(text)
    for act in acts:
        both.act(act)
        check(both)
    said = both.story.said
    contributed = [fact.assignment_id for _, fact in said if isinstance(fact, HelperContributed)]
    ended = [fact.assignment_id for _, fact in said if isinstance(fact, HelperEnded)]
    added = [fact.assignment_id for _, fact in said if isinstance(fact, HelperAdded)]
    assert all(number == 1 for number in Counter(contributed + ended).values())
    assert set(contributed + ended) <= set(added)
    assert len(added) == len(set(added))


def check(both: Both) -> None:
    case, clocks = both.story.case, both.clocks
    missing = {one.assignment_id: one.opd for one in case.missing}
    # One lead at most, which is no helper; each OPD helps in one assignment at a time.
    assert case.opd not in missing.values() or case.state not in HELPED
    assert len(set(missing.values())) == len(missing)
    assert case.assignment_id not in missing
    # No help goes on after an answer or an end, and none of its clocks does.
    assert not missing or case.state in HELPED
    running: dict[UUID | None, set[str]] = {}
    for run in clocks.runs:
        if run.live:
            running.setdefault(run.helper, set()).add(run.clock)
    assert set(running) - {None} == set(missing)
    assert all("resolve" in names for helper, names in running.items() if helper is not None)
    assert set(clocks.helping) <= set(missing.values())
    # An OPD never has two assignments of one complaint.
    assert all(len(live) <= 1 for live in both.live.values())
    # What each OPD was shown last agrees with what it has to do.
    for code, snapshot in both.shown.items():
        if code in missing.values():
            assert (snapshot.role, snapshot.withdrawn) == ("helper", False)
            assert snapshot.assignment_id in missing
        elif not snapshot.withdrawn and snapshot.role == "helper":
            assert snapshot.state == "resolved"
        elif not snapshot.withdrawn:
            assert snapshot.assignment_id == case.assignment_id
