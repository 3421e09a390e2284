"""What triage, the arbiter and the admin do. Raises Refused."""

from __future__ import annotations

from functools import singledispatch

from services.router.errors import ArbiterOnly, StaleRevision, UnknownOpd, WrongState
from services.router.rules.citizen import archive, close
from services.router.rules.commands import Archive, AskFromDesk, Assign, CaseCommand, Close, Copied, DecideNews, Reclassify, Refer
from services.router.rules.draft import Draft
from services.router.rules.external import follow_news
from services.router.rules.office import ask
from services.router.rules.opening import assign
from services.router.rules.taking_over import go_on
from services.router.state import OPEN, Case
from shared.errors import NotFound
from shared.events import cases
from shared.reference import opds


def order(draft: Draft, command: CaseCommand) -> None:
    """Check that the caller means the case as it is, then do it."""
    if command.revision is not None and command.revision != draft.case.revision:
        raise StaleRevision(draft.case.revision)
    if draft.case.state == "awaiting_citizen" and draft.case.asked_in is not None and isinstance(command, Assign | Refer):
        go_on(draft, "Petugas melanjutkan tanpa menunggu keterangan tambahan.")
    _order(command, draft, draft.case)


@singledispatch
def _order(command: CaseCommand, draft: Draft, case: Case) -> None:
    raise NotImplementedError(type(command).__name__)  # a kind without a function below


def _at_desk(case: Case, *, arbiter: bool) -> None:
    if case.state != "verification":
        raise WrongState(case.state)
    if case.desk == "arbiter" and not arbiter:
        raise ArbiterOnly


@_order.register
def _(command: Assign, draft: Draft, case: Case) -> None:
    _at_desk(case, arbiter=command.arbiter)
    if command.opd not in opds():
        raise UnknownOpd
    reasons = (command.reason,) if command.reason else ("Ditetapkan oleh petugas.",)
    assign(draft, command.opd, reasons, binding=command.arbiter and case.desk == "arbiter")


@_order.register
def _(command: AskFromDesk, draft: Draft, case: Case) -> None:
    if case.state != "verification":
        raise WrongState(case.state)
    ask(draft, command.question, None)


@_order.register
def _(command: Refer, draft: Draft, case: Case) -> None:
    if case.state not in ("verification", "assigned"):
        raise WrongState(case.state)
    if case.desk == "arbiter" and not command.arbiter:
        raise ArbiterOnly
    draft.leave()
    draft.set(state="referred", desk=None, since=draft.at)
    draft.say(cases.Referred(authority=command.authority, to=command.to, reason=command.reason, next_step=command.next_step))
    draft.copy_to_sp4n("referral", f"{command.reason} {command.next_step}")


@_order.register
def _(command: Archive, draft: Draft, case: Case) -> None:
    if case.state not in OPEN:
        raise WrongState(case.state)
    archive(draft, command.reason, command.note)


@_order.register
def _(command: Close, draft: Draft, case: Case) -> None:
    if case.state != "resolved":
        raise WrongState(case.state)
    close(draft, "admin", command.reason)


@_order.register
def _(command: Reclassify, draft: Draft, case: Case) -> None:
    if case.state not in OPEN:
        raise WrongState(case.state)
    case = draft.set(
        class_=command.class_ or case.class_, priority=command.priority or case.priority, topic=command.topic or case.topic,
        place=command.place or case.place, settled=_settled(case, command),
    )  # fmt: skip
    draft.say(
        cases.Reclassified(class_=case.class_, priority=case.priority, topic=case.topic, place=case.place, reason=command.reason)
    )
    draft.send()


@_order.register
def _(command: DecideNews, draft: Draft, case: Case) -> None:
    """Seen by a person, who follows SP4N or leaves ours as it is."""
    news = next((one for one in case.news if one.number == command.number), None)
    if news is None:
        raise NotFound
    draft.set(news=tuple(one for one in case.news if one.number != command.number))
    if command.follow:
        follow_news(draft, news)


@_order.register
def _(command: Copied, draft: Draft, case: Case) -> None:
    if all(copy.number != command.number for copy in case.copies):
        raise NotFound
    draft.set(copies=tuple(copy for copy in case.copies if copy.number != command.number))


def _settled(case: Case, command: Reclassify) -> tuple[str, ...]:
    """What a person has set here: another system's word no longer changes it."""
    now = {name for name, value in (("class", command.class_), ("topic", command.topic), ("place", command.place)) if value}
    return tuple(sorted({*case.settled, *now}))
