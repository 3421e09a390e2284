"""The people who follow a case without having filed it. Intake and notifier know who they are; the router counts them."""

from __future__ import annotations

from services.router.rules.context import Context
from services.router.rules.limits import MAX_FOLLOWERS
from services.router.state import Case
from shared.events.submissions import Followed, Unfollowed
from shared.pipeline import Change


def add_follower(context: Context, fact: Followed) -> Change[Case]:
    """Add a follower. Intake bounds their number; the row of a case keeps no more than one merger may name."""
    draft = context.draft()
    followers = draft.case.followers
    if fact.contact not in followers and len(followers) < MAX_FOLLOWERS:
        draft.set(followers=(*followers, fact.contact))
    return draft.change()


def remove_follower(context: Context, fact: Unfollowed) -> Change[Case]:
    """Remove a follower."""
    draft = context.draft()
    draft.set(followers=tuple(one for one in draft.case.followers if one != fact.contact))
    return draft.change()
