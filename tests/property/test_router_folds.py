"""Every pair of state and fact, in any order: folds of facts never fail, and what they say holds together."""

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.router.rules import commands as c
from services.router.rules import commands_referral, commands_sp4n
from services.router.rules.commands_release import ReleaseFile
from services.router.state import OPEN, WORKING
from shared.errors import Refused
from shared.events import opd as o
from shared.events.cases import Assigned
from shared.events.deadlines import DeadlineBreached, DeadlineSet, SilenceExpired
from shared.events.fact import State
from shared.events.opd import Assignment
from shared.events.submissions import (
    CitizenConfirmed,
    CitizenDisputed,
    CitizenRated,
    CitizenReplied,
    CitizenWithdrew,
    External,
    ExternalStatusChanged,
    SourceChanged,
    SubmissionErased,
)
from shared.events.submissions_choice import ChoiceAsked, CitizenChose
from shared.events.submissions_evidence import Doubt, EvidenceDoubted
from shared.ids import new_id
from shared.pipeline import Tick, Undecodable
from tests.support.router_facts import REFUSE, SCHOOL, START, UNCLEAR, Story, from_sp4n, submitted

CODES = ("disdikbud", "dishub")
FIRST = [
    submitted(SCHOOL),
    submitted(UNCLEAR),
    submitted(REFUSE),
    from_sp4n(),
    from_sp4n(status="closed"),
    from_sp4n(status="archived"),
    *(
        from_sp4n(status=state, opd="Dinas Perhubungan", history=True)
        for state in ("in_progress", "awaiting_citizen", "assigned")
    ),
    from_sp4n(UNCLEAR, status="awaiting_citizen", history=True),
]


def there(status: State, word: str, **more: Any) -> External:
    return External(system="sp4n", id="1", status=status, status_text=word, **more)


def amended(*changed: str, **more: Any) -> SourceChanged:
    given: dict[str, Any] = {
        "source": "Website",
        "text": SCHOOL,
        "filed_at": START,
        "external": there("assigned", "Terverifikasi"),
    }
    return SourceChanged(changed=changed, **(given | more))


SAID = [
    submitted(),
    CitizenReplied(text="a", channel="web"),
    CitizenConfirmed(channel="web"),
    CitizenRated(stars=1, channel="web"),
    CitizenRated(stars=4, scale=4, comment="k", channel="whatsapp"),
    CitizenConfirmed(channel="sms", text="c"),
    CitizenDisputed(reason="b", channel="web"),
    CitizenWithdrew(channel="web"),
    ChoiceAsked(channel="web"),
    CitizenChose(topic="school", authority="province", sentence="Sekolah SMA", channel="web"),
    CitizenChose(sentence="Bukan ini", channel="web"),
    SubmissionErased(),
    ExternalStatusChanged(external=there("closed", "Ditutup oleh Sistem", by="system")),
    ExternalStatusChanged(external=there("archived", "Diarsipkan oleh Pelapor", by="reporter")),
    ExternalStatusChanged(external=there("in_progress", "Ditanggapi oleh Pelapor", opd="Dinas Perhubungan")),
    ExternalStatusChanged(external=there("in_progress", "Ditanggapi oleh Pelapor")),
    ExternalStatusChanged(external=there("awaiting_citizen", "Menunggu Kelengkapan Informasi")),
    ExternalStatusChanged(external=there("assigned", "Terverifikasi")),
    amended("anonim", anonim=True),
    amended("text", "place", text=UNCLEAR, place="Bontang"),
    amended("opd", external=there("assigned", "Terverifikasi", opd="Dinas Perhubungan")),
    amended("class", "category", class_hint="oversight", topic="road"),
    amended("class", class_hint="information"),
]


def clocked(after: str) -> SilenceExpired:
    return SilenceExpired.model_validate(
        {"run": 1, "after": after, "since": START + timedelta(days=900), "due_at": START}
    )


CLOCKED = [
    clocked("resolved"),
    clocked("info_requested"),
    EvidenceDoubted(file="a", doubts=(Doubt(kind="not_compared"),)),
    DeadlineBreached(clock="respond", run=1, due_at=START),
    DeadlineSet(clock="resolve", run=1, started_at=START, due_at=START + timedelta(days=3), explanation="x"),
]


def updates(assignment_id: Any) -> list[o.Update | Undecodable]:
    return [
        o.UpdateAccepted(assignment_id=assignment_id),
        o.UpdateDeclined(assignment_id=assignment_id, reason="r", suggestion="dishub"),
        o.UpdateProgressed(assignment_id=assignment_id, text="t"),
        o.UpdateInfoRequested(assignment_id=assignment_id, question="q"),
        o.UpdatePutOff(assignment_id=assignment_id, until=START.date(), reason="r"),
        o.UpdateExtended(assignment_id=assignment_id, reason="r"),
        o.UpdateResolved(assignment_id=assignment_id, answer="Guru pengganti sudah mengajar."),
        o.UpdateResolved(
            assignment_id=assignment_id,
            answer="Guru pengganti sudah mengajar.",
            outcome="scheduled",
            until=START.date(),
        ),
        *(
            o.UpdateResolved(
                assignment_id=assignment_id,
                answer="Guru pengganti sudah mengajar.",
                outcome="scheduled",
                until=START.date() + timedelta(days=days),
            )
            for days in (2, 20, 60)
        ),
        o.UpdateResolved(
            assignment_id=assignment_id, answer="Guru pengganti sudah mengajar.", outcome="not_possible", reason="r"
        ),
        o.UpdateResolved(
            assignment_id=assignment_id, answer="Guru pengganti sudah mengajar.", outcome="not_ours", to="dishub"
        ),
        Undecodable("x: y"),
    ]


def commands(other: Any) -> list[c.CaseCommand]:
    refer = commands_referral.Refer(authority="centre", to="BPN", reason="r", next_step="n")
    return [
        c.Assign(opd="dishub"),
        c.Assign(opd="dishub", arbiter=True),
        refer,
        c.Archive(reason="spam"),
        c.Close(reason="r"),
        c.Reclassify(reason="r", priority="urgent"),
        c.AskFromDesk(question="q"),
        commands_sp4n.Copied(number=1),
        c.CallCitizen(answer="solved"),
        c.ReviewEvidence(file="a", verdict="confirmed", reason="r"),
        c.ReviewEvidence(file="a", verdict="cleared", reason="r"),
        *(ReleaseFile(file="a", public=public, reason="r") for public in (True, False)),
        c.CallCitizen(answer="not_solved"),
        c.Merge(into=other),
        c.Unmerge(),
        c.TakeBack(reason="r"),
        c.TakeBack(reason="r", arbiter=True),
        c.Assign(opd="dishub", reason="r"),
        c.Assign(opd="disdikbud", reason="r", arbiter=True),
        c.HandleReply(outcome="ask"),
        c.HandleReply(outcome="reopen"),
        c.HandleReply(outcome="read"),
        *(commands_sp4n.DecideNews(number=number, follow=follow) for number in (1, 2, 3) for follow in (True, False)),
    ]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(("said", "clocked", "update", "stale", "command", "tick")),
        st.integers(0, 99),
        st.sampled_from(CODES),
    ),
    max_size=25,
)


def pick(things: list[Any], number: int) -> Any:
    return things[number % len(things)]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(first=st.sampled_from(FIRST), steps=STEPS)
def test_any_history_is_folded_and_what_it_says_holds_together(first: Any, steps: list[tuple[str, int, str]]) -> None:
    story, other = Story(), new_id()
    story.fold(submitted(SCHOOL, ticket="KT-BBBB-BBBB-B"), key=other)
    story.fold(first)
    for kind, number, code in steps:
        story.later(hours=number)
        before = story.case
        step(story, other, kind, number, code)
        check(story, before)
    versions = [fact.version for key, fact in story.said if key == story.key and isinstance(fact, Assignment)]
    assert versions == list(range(1, len(versions) + 1))
    given = [fact.assignment_id for _, fact in story.said if isinstance(fact, Assigned)]
    assert len(given) == len(set(given))


def step(story: Story, other: Any, kind: str, number: int, code: str) -> None:
    case = story.case
    if kind == "said":
        story.fold(pick(SAID, number))
    elif kind == "clocked":
        story.fold(pick(CLOCKED, number))
    elif kind == "tick":
        story.fold(Tick())
    elif kind == "command":
        command = pick(commands(other), number)
        try:
            story.fold(command, keys=(story.key, other))
        except Refused:
            assert story.case == case
    else:
        assignment_id = case.assignment_id if kind == "update" and case.assignment_id else new_id()
        story.update(pick(updates(assignment_id), number), opd=case.opd or code if kind == "update" else code)


def check(story: Story, before: Any) -> None:
    case = story.case
    assert bool(case.unread) == (case.unread_since is not None)
    assert not (case.state == "closed" and case.ended_by == "silence" and before.state == "resolved" and before.unread)
    assert not (case.state == "closed" and case.ended_by == "silence" and before.promise_ends is not None)
    assert case.promised_until is None or case.state in ("resolved", "merged")
    assert case.call_since is None or (case.state, case.ended_by) == ("closed", "silence")
    if case.promise_ends is not None:
        assert case.due is not None
        assert case.due <= case.promise_ends or case.promise_ends <= story.now
    if before.erased:
        assert case == before
        return
    spoken = sum(key == story.key and fact.TYPE.startswith("case.") for key, fact in story.said)
    assert case.erased or case.revision == spoken
    assert case.erased or case.anonim or not before.anonim
    if case.state in WORKING or case.state == "resolved":
        assert case.opd is not None
        assert case.assignment_id is not None
    if case.state == "awaiting_citizen":
        assert case.before in OPEN
    if case.state == "merged":
        assert case.merged_into is not None
    if case.due is not None:
        assert case.left or (case.opd is not None and case.state in OPEN)


@settings(max_examples=50, deadline=None)
@given(text=st.text(max_size=400), place=st.none() | st.text(max_size=60))
def test_any_text_is_decided(text: str, place: str | None) -> None:
    from services.router.routing import decide

    decision = decide(text, place)
    assert 0.0 <= decision.probability <= 1.0
    assert decision.reasons
    assert len(decision.alternatives) <= 3
    assert (decision.outcome == "assign") == (decision.opd is not None)
    assert (decision.outcome == "refer") == (decision.to is not None)
    assert decision.outcome != "triage" or decision.authority is None
