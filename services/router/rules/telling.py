"""The telling of the authority to which a case is referred: by mail if its office has an address, else on paper.

The citizen's name and contact travel only with the citizen's consent. Numbers of people in the text are masked. An
authority that was told of a referral which is then undone is told that too.
"""

from __future__ import annotations

from typing import Any

from services.router.rules.draft import Draft
from services.router.state import whole_place
from shared.events.cases_referral import AuthorityTold
from shared.masking import masked


def tell_by_mail(draft: Draft) -> None:
    """Tell the authority of a referral by mail. Without an address nothing happens: the desk writes a letter."""
    referral = draft.case.referral
    office = draft.limits.authorities.find(referral.to) if referral is not None else None
    if referral is None or office is None or not office.mail:
        return
    draft.set(referral=referral.with_(told="mail", told_at=draft.at, mail=office.mail))
    draft.emit(AuthorityTold(to=referral.to, mail=office.mail, **_content(draft), **_person(draft)))


def tell_by_letter(draft: Draft) -> None:
    """Note that the authority was told by a letter on paper."""
    referral = draft.case.referral
    if referral is not None:
        draft.set(referral=referral.with_(told="letter", told_at=draft.at))
        draft.emit(AuthorityTold(to=referral.to))


def send_person_after(draft: Draft) -> None:
    """Send name and contact to an authority that was told by mail before the citizen allowed it."""
    referral = draft.case.referral
    if referral is not None and referral.mail is not None:
        draft.emit(AuthorityTold(to=referral.to, what="person", mail=referral.mail, **_person(draft)), "system")


def withdraw_from_authority(draft: Draft) -> None:
    """Tell an authority that knows of the referral by mail that it need not act."""
    referral = draft.case.referral
    if referral is not None and referral.mail is not None:
        draft.emit(AuthorityTold(to=referral.to, what="withdrawn", mail=referral.mail), "system")


def _content(draft: Draft) -> dict[str, Any]:
    case = draft.case
    place = whole_place(case.place, case.place_code)
    return {
        "text": masked(case.whole_text)[:20_000] or "-",
        "topic": case.topic,
        "place": masked(place) if place else None,
        "filed_at": case.filed_at,
    }


def _person(draft: Draft) -> dict[str, Any]:
    """Return name and contacts if the citizen allows it. Nobody learns who wrote an anonymous complaint."""
    case = draft.case
    return {"name": case.reporter_name, "contacts": case.contacts} if case.shares and not case.anonim else {}
