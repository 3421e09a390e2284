"""The answers to our questions with choices: a button or row, its number, or its title in words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from services.intake.rules import conversation_draft as drafts
from services.intake.rules import conversation_texts as say
from services.intake.rules.commands_citizen import Reply
from services.intake.rules.conversation_additions import join_running
from services.intake.rules.conversation_answers import asks_for_more, core_of, named_by_words, number_of
from services.intake.rules.conversation_cases import WHATSAPP
from services.intake.rules.conversation_places import district_pages, find_place
from services.intake.rules.conversation_values import Choice, Heard, Moment, OnCase, Say, Turn
from services.intake.rules.meaning import words_of
from services.intake.state import Draft
from shared.events.submissions import VOICE_ONLY


def chosen_id(heard: Heard, offered: Sequence[Choice]) -> str | None:
    """Return the id of the choice that a message makes among those offered, or None.

    A message with a file or a pin of its own is no mere choice.
    """
    if heard.choice is not None:
        return heard.choice
    if not heard.text or not offered or heard.carries:
        return None
    number = number_of(heard.text)
    if number is not None:
        place = len(offered) if number < 0 else number
        return offered[place - 1][0] if 1 <= place <= len(offered) else None
    said, core = " ".join(words_of(heard.text)), " ".join(core_of(heard.text))
    titled = next((id_ for id_, title in offered if _plain(title) in (said, core)), None)
    if titled is None and offered[-1][1] == say.MORE and asks_for_more(heard.text):
        return offered[-1][0]
    return titled or _named_case(heard, offered)


@lru_cache(maxsize=256)
def _plain(title: str) -> str:
    """Return a title in the usual spelling of its words. There are few titles, and each is asked for often."""
    return " ".join(words_of(title))


def _named_case(heard: Heard, offered: Sequence[Choice]) -> str | None:
    """Return the choice of the complaint that the words name ("yang air"), or of a new one ("yang baru")."""
    tickets = {id_.removeprefix("case:"): id_ for id_, _ in offered if id_.startswith("case:")}
    if not tickets:
        return None
    if core_of(heard.text) in _NEW:
        return tickets.get("")
    case = named_by_words(heard.text, [one for one in heard.cases if one.ticket in tickets])
    return tickets[case.ticket] if case else None


def named_case(heard: Heard, offered: Sequence[Choice]) -> str | None:
    """Return the ticket of the one offered complaint whose matter a message goes on with ("yang lampu itu dekat SD")."""
    tickets = {id_.removeprefix("case:") for id_, _ in offered if id_.startswith("case:")}
    to = join_running(heard.text, [one for one in heard.cases if one.ticket in tickets])
    return to.cases[0].ticket if to is not None and to.sure and len(tickets) > _NEW_ALONE else None


# The list holds one complaint beside "Aduan baru".
_NEW_ALONE = 2
_NEW = (["baru"], ["lapor", "baru"], ["aduan", "beda"], ["beda"], ["bukan", "keduanya"], ["masalah", "baru"])


def choose(moment: Moment, chosen: str) -> Turn | None:
    """Return the turn of a choice. An old button without its draft is answered with the guiding sentence."""
    act, _, value = chosen.partition(":")
    draft = moment.conversation.draft
    if act not in _CHOICES:
        return None
    if draft is None:
        return moment.turn(None, say.GREETING)
    return _CHOICES[act](moment, draft.with_(messages=(*draft.messages, moment.heard.hash)), value)


def cancelled(moment: Moment) -> Turn:
    """Drop the draft with a word."""
    draft = moment.conversation.draft
    reply = say.NOT_FORWARDED if draft and draft.information else say.CANCELLED
    return moment.turn(drafts.without_draft(moment.conversation), reply)


def _about_draft(moment: Moment, draft: Draft, value: str) -> Turn | None:
    """Send, change or drop the draft."""
    if value == "cancel":
        return cancelled(moment)
    if value == "edit":
        return drafts.with_draft(moment.conversation, draft, "edit", say.ASK_EDIT, moment.now)
    shown = draft.what and moment.conversation.asked == "summary"
    if value == "send" and (shown or drafts.is_complete(draft) or draft.information):
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


def of_case(moment: Moment, draft: Draft, ticket: str) -> Turn | None:
    """Give the message that waits to the chosen complaint, or go on with it as a new one."""
    case = next((one for one in moment.heard.cases if ticket and one.ticket == ticket), None)
    if case is None:
        return drafts.sent_at_once(moment.conversation, draft, moment.now) if draft.voice else _next(moment, draft)
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
    "case": of_case,
}
