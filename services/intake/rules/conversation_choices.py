"""The answers to our questions with choices: a button or row, its number, or its title in words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from services.intake.rules import conversation_draft as drafts
from services.intake.rules import conversation_texts as say
from services.intake.rules.commands import Reply
from services.intake.rules.conversation_cases import WHATSAPP
from services.intake.rules.conversation_places import district_pages, find_place
from services.intake.rules.conversation_values import Choice, Heard, Moment, OnCase, Say, Turn
from services.intake.rules.meaning import words_of
from services.intake.state import Draft
from shared.events.submissions import VOICE_ONLY


def chosen_id(heard: Heard, offered: Sequence[Choice]) -> str | None:
    """Return the id of the choice that a message makes among those offered, or None."""
    if heard.choice is not None:
        return heard.choice
    if not heard.text or not offered:
        return None
    words = words_of(heard.text)
    if len(words) == 1 and words[0].isascii() and words[0].isdigit():
        number = int(words[0]) if len(words[0]) <= len(str(len(offered))) else 0
        return offered[number - 1][0] if 1 <= number <= len(offered) else None
    said = " ".join(words)
    return next((id_ for id_, title in offered if _plain(title) == said), None)


@lru_cache(maxsize=256)
def _plain(title: str) -> str:
    """Return a title in the usual spelling of its words. There are few titles, and each is asked for often."""
    return " ".join(words_of(title))


def choose(moment: Moment, chosen: str) -> Turn | None:
    """Return the turn of a choice. An old button without its draft is answered with the guiding sentence."""
    act, _, value = chosen.partition(":")
    draft = moment.conversation.draft
    if act not in _CHOICES:
        return None
    if draft is None:
        return moment.turn(None, say.GREETING)
    return _CHOICES[act](moment, draft.with_(messages=(*draft.messages, moment.heard.hash)), value)


def _about_draft(moment: Moment, draft: Draft, value: str) -> Turn | None:
    """Send, change or drop the draft."""
    if value == "cancel":
        return moment.turn(drafts.without_draft(moment.conversation), say.CANCELLED)
    if value == "edit":
        return drafts.with_draft(moment.conversation, draft, "edit", say.ASK_EDIT, moment.now)
    if value == "send" and drafts.is_complete(draft):
        return drafts.sent(moment.conversation, draft)
    return _next(moment, draft)


def _region(moment: Moment, draft: Draft, code: str) -> Turn | None:
    """Note the regency or city, and ask for the kecamatan unless the draft names a street or village."""
    name = drafts.region_place(code)
    if not name:
        return _next(moment, draft)
    after = draft.with_(place=name)
    if draft.street:
        return _next(moment, after)
    return drafts.with_draft(moment.conversation, after, "district", say.ask_district(code), moment.now)


def _district(moment: Moment, draft: Draft, name: str) -> Turn | None:
    """Note the kecamatan. Only a name of our own list counts."""
    known = find_place(f"kecamatan {name}")
    place = f"{known.name}, {draft.place}" if known and draft.place else draft.place
    return _next(moment, draft.with_(place=place))


def _districts(moment: Moment, draft: Draft, value: str) -> Turn | None:
    """Show the next page of kecamatan. After the last page the regency alone is the place."""
    code, _, page = value.partition(":")
    if not (drafts.region_place(code) and page.isascii() and page.isdigit()):
        return _next(moment, draft)
    number = int(page[:3])
    pages = len(district_pages(code))
    if number >= pages:
        return _next(moment, draft)
    return drafts.with_draft(moment.conversation, draft, "district", say.ask_district(code, number), moment.now)


def _of_case(moment: Moment, draft: Draft, ticket: str) -> Turn | None:
    """Give the message that waits to the chosen complaint, or go on with it as a new one."""
    case = next((one for one in moment.heard.cases if ticket and one.ticket == ticket), None)
    if case is None:
        return drafts.sent_at_once(moment.conversation, draft) if draft.voice else _next(moment, draft)
    words = "\n".join(draft.texts) or (VOICE_ONLY if draft.voice else "(mengirim lampiran)")
    act = OnCase(case.key, Reply(words, WHATSAPP, attachments=draft.attachments))
    reply: tuple[Say, ...] = (say.added(case),)
    return moment.turn(drafts.without_draft(moment.conversation).with_(told_at=moment.now), *reply, acts=(act,))


def _next(moment: Moment, draft: Draft) -> Turn:
    asked, reply = drafts.next_question(draft)
    return drafts.with_draft(moment.conversation, draft, asked, reply, moment.now)


_CHOICES = {
    "draft": _about_draft,
    "region": _region,
    "district": _district,
    "districts": _districts,
    "case": _of_case,
}
