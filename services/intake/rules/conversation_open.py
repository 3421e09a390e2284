"""The rules for a message while a draft is open: an answer to our question, small talk, or more of the matter."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from services.intake.rules import conversation_draft as drafts
from services.intake.rules import conversation_texts as say
from services.intake.rules.conversation_answers import (
    agrees,
    asks_back,
    asks_patience,
    declines,
    gives_up,
    knows_no_place,
    number_of,
    thanks,
    wanted_change,
)
from services.intake.rules.conversation_cases import NEW_MATTER, answers_a_case
from services.intake.rules.conversation_choices import cancelled, named_case, of_case
from services.intake.rules.conversation_danger import is_urgent
from services.intake.rules.conversation_information import asks_information
from services.intake.rules.conversation_known import SHORTEST
from services.intake.rules.conversation_values import Moment, Say, Turn
from services.intake.rules.destination import is_announcement, small_talk
from services.intake.rules.meaning import meaning, words_of
from services.intake.rules.vocabulary import NEW
from services.intake.state import Draft

# Within this time of the last message a person is still writing, and an open question is not repeated.
STILL_WRITING: Final = timedelta(minutes=1)
_SENDS: Final = frozenset({"kirim", "kirimkan", "dikirim", "teruskan"})


def go_on(moment: Moment) -> Turn | None:
    """Go on with an open draft, unless the message is plainly about something else."""
    conversation, heard, draft = moment.conversation, moment.heard, moment.conversation.draft
    if draft is None or heard.quoted is not None:
        return None
    plain = heard.text if not heard.carries else ""
    if heard.carries and conversation.asked == "summary" and agrees(heard.text):
        # A photo with "ya" under it agrees, and belongs to the complaint.
        return drafts.sent(conversation, drafts.add(draft, replace(heard, text=""), "summary"))
    answer = _answer(moment, draft, plain) if plain else None
    if answer is not None:
        return answer
    if plain and conversation.asked == "case" and (named := named_case(heard, conversation.offered)) is not None:
        return of_case(moment, drafts.add(draft, heard, "case"), named)
    talk = small_talk(plain) if plain else None
    if (talk == "status" and heard.cases) or (heard.text and answers_a_case(heard)):
        return None
    if NEW.match(heard.text) and draft.what and not draft.information:
        return _another(moment, draft)
    if plain and asks_patience(plain):
        return moment.turn()
    no_number = bool(conversation.offered) and bool(plain) and number_of(plain) is not None
    puzzled = bool(plain) and asks_back(plain)
    if no_number or puzzled or talk in ("greeting", "status") or (plain and is_announcement(plain)):
        # A number that is none of our list is asked for again, like the question that a greeting interrupts or
        # that was not understood.
        return _ask_again(moment, draft)
    if talk is not None:
        return moment.turn(conversation, *((say.HOURS,) if talk == "invite" else ()))
    if drafts.is_full(draft, heard):
        return _with(drafts.sent(conversation, draft), moment)
    return _ask_on(moment, drafts.add(draft, heard, conversation.asked))


def begin(moment: Moment) -> Turn:
    """Begin a draft, or make a complaint at once of a message that tells what happened and where."""
    heard, conversation = moment.heard, moment.conversation
    if conversation.draft is not None:
        return _ask_on(moment, drafts.add(conversation.draft, heard, conversation.asked))
    draft = drafts.add(drafts.begin(heard.reserved), heard, "")
    if asks_information(heard.text):
        return _ask_on(moment, draft.with_(what=True, information=True))
    if drafts.is_whole(heard):
        # The text names the place itself. Only a pin is a place of its own.
        return drafts.sent(conversation, draft.with_(place=heard.pin))
    return _ask_on(moment, draft)


def _another(moment: Moment, draft: Draft) -> Turn:
    """Send the draft, and begin or ask for the new complaint that the person announces."""
    sent, announced = drafts.sent(moment.conversation, draft), NEW.match(moment.heard.text)
    if announced and len(words_of(moment.heard.text[announced.end() :])) >= SHORTEST:
        return _with(sent, moment)
    asked = sent.conversation.with_(asked=NEW_MATTER, heard_at=moment.now)
    return replace(sent, conversation=asked, replies=(say.INVITE,))


def _with(sent: Turn, moment: Moment) -> Turn:
    """Return the turn that sends a draft, with the draft that the message begins."""
    then = begin(Moment(sent.conversation, moment.heard, moment.now))
    return Turn(then.conversation, then.replies, (*sent.acts, *then.acts))


def _ask_again(moment: Moment, draft: Draft) -> Turn:
    """Return the turn that repeats the open question."""
    asked, reply = _open_question(moment, draft)
    return drafts.with_draft(moment.conversation, draft, asked, reply, moment.now)


def _ask_on(moment: Moment, draft: Draft) -> Turn:
    """Ask for what the draft lacks. A draft that tells of danger goes out at once.

    So does a voice note, because nobody knows yet what it tells.
    """
    conversation, heard = moment.conversation, moment.heard
    if is_urgent(heard.text) or heard.voice:
        return drafts.sent_at_once(conversation, draft.with_(what=True, information=False), moment.now)
    asked, reply = _open_question(moment, draft)
    if conversation.draft is not None and asked == conversation.asked and _is_still_writing(moment, asked):
        return Turn(conversation.with_(draft=draft, heard_at=moment.now))
    return drafts.with_draft(conversation, draft, asked, reply, moment.now)


def _answer(moment: Moment, draft: Draft, text: str) -> Turn | None:
    """Return the turn of an answer in words to our open question, or None for a text that is no such answer."""
    conversation, asked = moment.conversation, moment.conversation.asked
    heard = draft.with_(messages=(*draft.messages, moment.heard.hash))
    if gives_up(text):
        return cancelled(moment)
    if draft.information:
        return _answer_about_information(moment, heard, text)
    sends = agrees(text) and (asked == "summary" or bool(_SENDS & set(words_of(text))))
    if sends and draft.what and asked in ("summary", "edit", "region", "district", "place"):
        return drafts.sent(conversation, heard)
    if asked in ("region", "district", "place") and knows_no_place(text):
        return drafts.with_draft(conversation, heard, "summary", say.summary(heard), moment.now)
    change = wanted_change(text) if asked in ("summary", "edit") else None
    if change == "place":
        return drafts.with_draft(conversation, heard, "place", say.ask_region(), moment.now)
    if change == "text" and asked == "edit" and "tidak" in words_of(text):
        return drafts.with_draft(conversation, heard, "summary", say.summary(heard), moment.now)
    return drafts.with_draft(conversation, heard, "edit", say.ASK_EDIT, moment.now) if change == "text" else None


def _answer_about_information(moment: Moment, draft: Draft, text: str) -> Turn | None:
    """Pass a question on, or drop it. Thanks for what we said drop it too."""
    if thanks(text) and small_talk(text) == "thanks":
        return moment.turn(drafts.without_draft(moment.conversation), say.THANKS)
    if declines(text):
        return cancelled(moment)
    return drafts.sent(moment.conversation, draft) if agrees(text) else None


def _open_question(moment: Moment, draft: Draft) -> tuple[str, Say]:
    """Return the question that stays open: to which complaint the message belongs, or what the draft lacks."""
    conversation, text = moment.conversation, moment.heard.text
    if conversation.asked == "case" and not (text and drafts.says_what(text) and meaning(text) == "unclear"):
        offered = {id_ for id_, _ in conversation.offered}
        cases = [one for one in moment.heard.cases if f"case:{one.ticket}" in offered]
        if cases:
            return "case", say.which_case(cases)
    return drafts.next_question(draft)


def _is_still_writing(moment: Moment, asked: str) -> bool:
    """Return whether the person goes on at once: with files of an album, or with more of what happened."""
    heard, last = moment.heard, moment.conversation.heard_at
    if last is None or moment.now >= last + STILL_WRITING or "?" in heard.text:
        return False
    return not heard.text or (asked == "region" and drafts.says_what(heard.text))
