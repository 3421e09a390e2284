"""The rules for a draft: what it says, what it lacks, and when it becomes a complaint or is forgotten."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from services.intake.rules import conversation_texts as say
from services.intake.rules.commands import Reserved
from services.intake.rules.conversation_known import tells_problem
from services.intake.rules.conversation_places import find_place, region_names, without_places
from services.intake.rules.conversation_values import FileDraft, Heard, Say, Turn
from services.intake.rules.destination import NO_SUBJECT, small_talk
from services.intake.rules.intents import wants_anonymity
from services.intake.rules.meaning import words_of
from services.intake.rules.vocabulary import ADDRESS, PLACE, URGENT
from services.intake.state import Conversation, Draft

# A complete draft is sent after this silence.
SENT_AFTER: Final = timedelta(minutes=10)
# A draft that says what happened is a complaint without a place too. It is sent after a longer wait for the place.
PLACELESS_AFTER: Final = timedelta(minutes=30)
# A draft that does not say what happened is forgotten just before WhatsApp's window of 24 hours closes. Our word to the
# citizen still arrives then.
FORGOTTEN_AFTER: Final = timedelta(hours=23, minutes=45)
MAX_TEXT: Final = 20_000
_MAX_PLACE: Final = 200
_MAX_BUBBLES: Final = 60
# The least number of words with content by which a text without a word of damage tells what happened.
_TELLS: Final = 3
# The least number of words of a complaint that is complete in one message.
_WHOLE: Final = 4
_SPOT: Final = re.compile(
    r"\b(?:jalan|jl|jln|gang|gg|desa|kelurahan|kampung|simpang|rt|km|sd|sdn|smp|smpn|sma|sman|smk|smkn|rs|rsud|puskesmas|pasar"
    r"|perumahan|komplek|terminal|pelabuhan|masjid|gor)\.?\s+(?!depan|dekat|rusak|saya|kami|rumah|nya)\w+"
)


def begin(reserved: Reserved) -> Draft:
    """Return an empty draft with the reserved identity."""
    return Draft(key=reserved.key, ticket=reserved.ticket, link=reserved.link, began_at=reserved.at)


def says_what(text: str) -> bool:
    """Return whether a text tells what happened, rather than only where."""
    words = words_of(text)
    if tells_problem(words):
        return True
    rest = {word for word in without_places(words) if len(word) > 1 and not word.isdigit()} - NO_SUBJECT - ADDRESS
    return len({word for word in rest if not PLACE.fullmatch(word)}) >= _TELLS


def is_whole(heard: Heard) -> bool:
    """Return whether one message tells both what happened and where."""
    text = heard.text
    located = heard.pin is not None or find_place(text) is not None
    return located and len(text.split()) >= _WHOLE and says_what(text)


def is_urgent(text: str) -> bool:
    """Return whether a text tells of danger to people."""
    return len(text.split()) >= _WHOLE and URGENT.search(text.casefold()) is not None


def is_full(draft: Draft, heard: Heard) -> bool:
    """Return whether the draft has no room for the message."""
    size = sum(len(text) + 1 for text in draft.texts) + len(heard.text)
    return size > MAX_TEXT or len(draft.messages) >= _MAX_BUBBLES


def add(draft: Draft, heard: Heard, asked: str) -> Draft:
    """Return the draft with a message. An answer to our open question fills what we asked for."""
    text, place, what = heard.text, draft.place, draft.what
    found = find_place(text) if text else None
    street = draft.street or bool(text and _SPOT.search(text.casefold()))
    tells = bool(text) and says_what(text)
    if heard.pin is not None:
        place, street = heard.pin[:_MAX_PLACE], True
    elif found is not None and (place is None or asked in ("district", "edit")):
        place = found.name
    elif text and asked in ("region", "district") and not tells:
        place = ", ".join(filter(None, (text, place)))[:_MAX_PLACE]
    if tells or heard.voice or (text and asked == "what" and found is None and small_talk(text) is None):
        what = True
    return draft.with_(
        texts=(*draft.texts, text) if text else draft.texts,
        what=what,
        place=place,
        street=street,
        attachments=(*draft.attachments, *heard.attachments),
        messages=(*draft.messages, heard.hash),
        name=heard.name or draft.name,
        anonim=draft.anonim or wants_anonymity(text),
        voice=draft.voice or heard.voice,
    )


def is_complete(draft: Draft) -> bool:
    """Return whether the draft says what happened and where."""
    return draft.what and draft.place is not None


def next_question(draft: Draft) -> tuple[str, Say]:
    """Return our next question about a draft, with its name."""
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


def sent_at_once(conversation: Conversation, draft: Draft) -> Turn:
    """Return the turn that makes a complaint of the draft, and asks for the place afterwards if it is missing."""
    return replace(sent(conversation, draft), replies=() if draft.place else (say.ASK_PLACE_LATER,))


def due_of(conversation: Conversation | None) -> datetime | None:
    """Return when the draft of a conversation is to be sent or forgotten, or None without a draft."""
    draft = conversation.draft if conversation else None
    if conversation is None or draft is None:
        return None
    located = draft.place is not None or draft.street
    patience = (SENT_AFTER if located else PLACELESS_AFTER) if draft.what else FORGOTTEN_AFTER
    return (conversation.heard_at or draft.began_at) + patience


def pass_time(conversation: Conversation, now: datetime) -> Turn:
    """Return the turn of a timer: a draft that says what happened is sent, any other is forgotten with a word."""
    due, draft = due_of(conversation), conversation.draft
    if draft is None or due is None or now < due:
        return Turn(conversation)
    if draft.what:
        return sent(conversation, draft)
    return Turn(without_draft(conversation), (say.forgotten(conversation.asked),))


def region_place(code: str) -> str:
    """Return the name of a region by its code, or an empty text for an unknown one."""
    found = region_names().get(code)
    return found.name if found else ""
