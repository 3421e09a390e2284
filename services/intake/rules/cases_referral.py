"""The lines of a complaint's timeline about what follows a referral to another authority."""

from __future__ import annotations

from services.intake.rules.cases import show
from services.intake.rules.context import Context, StateChange
from shared.events.cases_referral import AuthorityAnswered, AuthorityTold, ReferralConfirmed


def show_confirmed(context: Context, fact: ReferralConfirmed) -> StateChange:
    """Show that a person agrees with the proposal of the rules."""
    return show(context, "referral_confirmed", params={"to": fact.to})


def show_told(context: Context, fact: AuthorityTold) -> StateChange:
    """Show that the authority was told, with or without the reporter's name, or that it need not act."""
    named = fact.what == "told" and (fact.name is not None or fact.contacts)
    what = "authority_told_named" if named else f"authority_{fact.what}"
    return show(context, what, params={"to": fact.to})


def show_answered(context: Context, fact: AuthorityAnswered) -> StateChange:
    """Show the answer of the authority. Only the reporter reads its words."""
    return show(context, "authority_answered", fact.text, params={"to": fact.to, "until": fact.on.isoformat()})
