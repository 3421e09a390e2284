"""The rules for a draft: what it says, what it lacks, and when it becomes a complaint or is forgotten."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from services.intake.rules import conversation_texts as say
from services.intake.rules.commands import Reserved
from services.intake.rules.conversation_known import tells_problem
from services.intake.rules.conversation_places import (
    find_place,
    is_coarser,
    other_place,
    place_of_answer,
    region_names,
    without_places,
)
from services.intake.rules.conversation_values import FileDraft, Heard, Say, Turn
from services.intake.rules.destination import NO_SUBJECT, is_announcement, small_talk
from services.intake.rules.intents import wants_anonymity
from services.intake.rules.meaning import RESULTS, words_of
from services.intake.rules.vocabulary import (
    ADDRESS,
    ADDRESSEE,
    COMMON,
    CORRECTS,
    PLACE,
    THINGS,
    TIMES,
    WANTS,
)
from services.intake.state import Conversation, Draft

# A complete draft is sent after this silence.
SENT_AFTER: Final = timedelta(minutes=10)
# A draft that says what happened is a complaint without a place too. It is sent after a longer wait for the place.
PLACELESS_AFTER: Final = timedelta(minutes=30)
# A draft that does not say what happened is forgotten just before WhatsApp's window of 24 hours closes. Our word to the
# citizen still arrives then.
FORGOTTEN_AFTER: Final = timedelta(hours=23, minutes=45)
MAX_TEXT: Final = 20_000
# We asked for the place of a complaint that has gone out.
PLACE_LATER: Final = "place_later"
_MAX_PLACE: Final = 200
_MAX_BUBBLES: Final = 60
# The least number of words with content by which a text without a word of damage tells what happened.
_TELLS: Final = 3
# The least number of words of a complaint that is complete in one message.
_WHOLE: Final = 4
# A text of at least so many words is dropped when a later one repeats all of it.
_REPEATS: Final = 2
_SPOT: Final = re.compile(
    r"\b(?:jalan|jl|jln|gang|gg|desa|kelurahan|kampung|simpang|rt|km|sd|sdn|smp|smpn|sma|sman|smk|smkn|rs|rsud|puskesmas|pasar"
    r"|perumahan|komplek|terminal|pelabuhan|masjid|gor)\.?\s+(\w+)"
)
_NO_SPOT: Final = frozenset({"rumah", "nya", "mati", "umum", "yg", "yang", "itu", "di", "ke", "sini", "situ", "tikus"})


def begin(reserved: Reserved) -> Draft:
    """Return an empty draft with the reserved identity."""
    return Draft(key=reserved.key, ticket=reserved.ticket, link=reserved.link, began_at=reserved.at)


def says_what(text: str) -> bool:
    """Return whether a text tells what happened, rather than only where."""
    words = words_of(text)
    if tells_problem(words) or _asks_repair(set(words)):
        return True
    rest = {word for word in without_places(words) if len(word) > 1 and not word.isdigit()}
    rest -= NO_SUBJECT | ADDRESS | ADDRESSEE
    return len({word for word in rest if not PLACE.fullmatch(word)}) >= _TELLS


def _asks_repair(words: set[str]) -> bool:
    """Return whether the words ask for the repair of a thing ("kapan jalan kami diaspal?") and do not say it is done."""
    things = {word.removesuffix("nya") for word in words} & THINGS
    return bool(things) and bool(words & (RESULTS | {"perbaikan", "perbaiki"})) and "sudah" not in words


def names_spot(text: str) -> bool:
    """Return whether a text names a street, a school or the like. "Jalan rusak" and "jalan berlubang" name none."""
    named = (found[1] for found in _SPOT.finditer(text.casefold()))
    return any(word not in COMMON | _NO_SPOT and not tells_problem([word]) for word in named)


def _may_be_place(text: str) -> bool:
    """Return whether an answer to our question for the place may name one. "Sudah sebulan" does not."""
    return bool(set(words_of(text)) - NO_SUBJECT - TIMES)


def is_whole(heard: Heard) -> bool:
    """Return whether one message tells both what happened and where."""
    text = heard.text
    located = heard.pin is not None or find_place(text) is not None
    return located and len(text.split()) >= _WHOLE and says_what(text)


def is_full(draft: Draft, heard: Heard) -> bool:
    """Return whether the draft has no room for the message."""
    size = sum(len(text) + 1 for text in draft.texts) + len(heard.text)
    return size > MAX_TEXT or len(draft.messages) >= _MAX_BUBBLES


def add(draft: Draft, heard: Heard, asked: str) -> Draft:
    """Return the draft with a message. An answer to our open question fills what we asked for."""
    text, place, what = heard.text, draft.place, draft.what
    found = _place_in(text, place, asked) if text else None
    street = draft.street or names_spot(text)
    tells = bool(text) and says_what(text)
    if heard.pin is not None:
        place, street = heard.pin[:_MAX_PLACE], True
    elif found is not None:
        place = found
    elif asked in ("region", "district", "place") and not tells and _may_be_place(text):
        place = ", ".join(filter(None, (text, place if asked == "district" else None)))[:_MAX_PLACE]
    named = found is not None or find_place(text) is not None
    answers = text and asked == "what" and not named and small_talk(text) is None and not is_announcement(text)
    if tells or heard.voice or answers:
        what = True
    return draft.with_(
        texts=(*_without_repeats(draft.texts, text), text) if text else draft.texts,
        what=what,
        place=place,
        street=street,
        attachments=(*draft.attachments, *heard.attachments),
        messages=(*draft.messages, heard.hash),
        name=heard.name or draft.name,
        anonim=draft.anonim or wants_anonymity(text),
        information=draft.information and not tells_problem(words_of(text)) and not WANTS.search(text.casefold()),
        voice=draft.voice or heard.voice,
    )


def _without_repeats(texts: tuple[str, ...], text: str) -> tuple[str, ...]:
    """Return the texts without those that the new one repeats, as an edited message repeats the first."""
    said = f" {' '.join(words_of(text))} "
    return tuple(one for one in texts if len(words_of(one)) < _REPEATS or f" {' '.join(words_of(one))} " not in said)


def _place_in(text: str, place: str | None, asked: str) -> str | None:
    """Return the place that a text gives the draft, or None if it changes none.

    The first place counts. A later one counts as the answer to our question, after "ubah", or as a correction.
    While the summary is open, it counts also if the text says nothing else.
    """
    if place is None:
        found = place_of_answer(text) if asked in ("region", "place") else find_place(text)
        return found.name if found else None
    if asked in ("district", "place", "edit"):
        answered = other_place(text, place) or (place_of_answer(text) if asked != "edit" else None)
        return answered.name if answered else None
    other = other_place(text, place)
    if asked != "summary" or other is None:
        return None
    corrects = CORRECTS.search(" ".join(words_of(text))) is not None
    refines = not says_what(text) and not is_coarser(other, place) and find_place(place) is not None
    return other.name if corrects or refines else None


def is_complete(draft: Draft) -> bool:
    """Return whether the draft says what happened and where."""
    return draft.what and draft.place is not None


def next_question(draft: Draft) -> tuple[str, Say]:
    """Return our next question about a draft, with its name."""
    if draft.information:
        return "information", say.offer_to_forward(draft)
    if not draft.what:
        return "what", say.ASK_WHAT if draft.place or draft.attachments else say.INVITE
    return ("summary", say.summary(draft)) if draft.place else ("region", say.ask_region())


def with_draft(conversation: Conversation, draft: Draft, asked: str, reply: Say, now: datetime) -> Turn:
    """Return the turn that keeps the draft and asks a question about it."""
    after = conversation.with_(draft=draft, asked=asked, offered=reply.choices, heard_at=now)
    return Turn(after, (reply,))


def without_draft(conversation: Conversation) -> Conversation:
    """Return the conversation after its draft has ended."""
    return conversation.with_(draft=None, asked="", offered=())


def sent(conversation: Conversation, draft: Draft) -> Turn:
    """Return the turn that makes a complaint of the draft. The notifier then sends the ticket."""
    return Turn(without_draft(conversation), (), (FileDraft(draft),))


def sent_at_once(conversation: Conversation, draft: Draft, now: datetime) -> Turn:
    """Return the turn that makes a complaint of the draft, and asks for the place afterwards if it is missing."""
    turn = sent(conversation, draft)
    if draft.place:
        return turn
    after = turn.conversation.with_(asked=PLACE_LATER, heard_at=now)
    return replace(turn, conversation=after, replies=(say.ASK_PLACE_LATER,))


def due_of(conversation: Conversation | None) -> datetime | None:
    """Return when the draft of a conversation is to be sent or forgotten, or None without a draft."""
    draft = conversation.draft if conversation else None
    if conversation is None or draft is None:
        return None
    located = draft.place is not None or draft.street
    patience = (SENT_AFTER if located else PLACELESS_AFTER) if _goes_out(draft) else FORGOTTEN_AFTER
    return (conversation.heard_at or draft.began_at) + patience


def pass_time(conversation: Conversation, now: datetime) -> Turn:
    """Return the turn of a timer: a draft that says what happened is sent, any other is forgotten with a word."""
    due, draft = due_of(conversation), conversation.draft
    if draft is None or due is None or now < due:
        return Turn(conversation)
    if _goes_out(draft):
        return sent(conversation, draft)
    return Turn(without_draft(conversation), (say.forgotten(conversation.asked),))


def _goes_out(draft: Draft) -> bool:
    """Return whether a draft becomes a complaint when nothing more is said."""
    return draft.what and not draft.information


def region_place(code: str) -> str:
    """Return the name of a region by its code, or an empty text for an unknown one."""
    found = region_names().get(code)
    return found.name if found else ""
