"""The question what a complaint is about by SMS: as many sentences as one part holds, answered by a number."""

import random

from services.intake.rules.choosing import FEWEST, fitting
from services.intake.rules.commands import AskChoice, NoteAsked
from services.intake.rules.conversation_texts import NONE_FITS, ask_choice_by_sms
from services.notifier.channels.sms_text import parts, sms_text
from services.router.routing.choices import load_sentences
from shared.events.contacts import ReplyRequested
from shared.events.fact import OfferedChoice
from shared.events.submissions_choice import ChoiceAsked
from tests.unit.intake.test_intake_choosing import CHOICES, KEY, PERSON, TICKET, TRIAGED, complaint, folded, person

LONG = OfferedChoice(
    topic="road", authority="centre", sentence="Jalan nasional yang dikelola pemerintah pusat di Kaltim"
)


def offers() -> list[tuple[OfferedChoice, ...]]:
    """Return many threes of the sentences that the router may offer."""
    draw = random.Random(43)
    known = [
        OfferedChoice.model_validate({"topic": topic, "authority": who, "sentence": said})
        for (topic, who), said in load_sentences().items()
    ]
    return [tuple(draw.sample(known, 3)) for _ in range(2_000)]


def test_every_question_goes_out_as_one_sms_with_its_numbers() -> None:
    lengths = [0, 0, 0, 0]
    for offered in offers():
        fit = fitting(TICKET, offered)
        lengths[len(fit)] += 1
        assert fit == offered[: len(fit)]
        question = ask_choice_by_sms(TICKET, [one.sentence for one in fit])
        sent = sms_text(question.text, question.choices)
        assert parts(sent) == 1, sent
        assert [line[:2] for line in sent.splitlines()[1:-1]] == [f"{number}." for number in range(1, len(fit) + 2)]
        if len(fit) < len(offered):
            more = ask_choice_by_sms(TICKET, [one.sentence for one in offered[: len(fit) + 1]])
            assert parts(sms_text(more.text, more.choices)) > 1
    # Nearly always at least two fit, so nearly everybody can be asked.
    assert sum(lengths[FEWEST:]) > 0.95 * sum(lengths)


def test_the_conversation_asks_by_sms_and_tells_how_many_were_shown() -> None:
    offered = (*CHOICES, LONG)
    change = folded({KEY: complaint("sms", contacts=(PERSON,))}, TRIAGED.model_copy(update={"choices": offered}))
    [(key, question)] = change.forwards
    assert (key, question) == (PERSON, AskChoice(KEY, TICKET, "sms", CHOICES))
    [out] = folded({PERSON: person(channel="sms")}, question, PERSON).events
    assert isinstance(out.data, ReplyRequested)
    assert out.data.params["text"] == f"Aduan {TICKET} tentang:"
    assert out.data.params[f"choice:pick:{TICKET}:0"] == NONE_FITS
    noted = folded({KEY: change.states[KEY]}, NoteAsked())
    assert [out.data for out in noted.events] == [ChoiceAsked(channel="sms", shown=2)]


def test_nobody_is_asked_by_sms_if_fewer_than_two_sentences_fit() -> None:
    wide = LONG.model_copy(update={"sentence": "Jalan " + "panjang sekali " * 6})
    change = folded({KEY: complaint("sms", contacts=(PERSON,))}, TRIAGED.model_copy(update={"choices": (wide, LONG)}))
    assert (change.events, change.forwards) == ((), ())
