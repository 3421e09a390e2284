"""The words of a person, in any order with pauses: each ends in one place, one question is open, and no talk is endless."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.rules.commands_citizen import Confirm, Dispute, Reply
from services.intake.rules.conversation import converse
from services.intake.rules.conversation_draft import pass_time
from services.intake.rules.conversation_replies import MOST_EQUAL
from services.intake.rules.conversation_values import FileDraft, Heard, OnCase, Turn
from services.intake.state import Conversation
from tests.support.conversation_player import Player

# Each is said with a mark of its own, so that it is no keyword and can be found again.
STORIES = [
    "lampu jalan mati di depan rumah", "jalan rusak di Loa Janan", "di Samarinda", "Palaran", "kebakaran", "tolong cepat pak",
    "cara bikin ktp gmn ya", "bukan di Palaran tapi di Melak", "masih gelap pak", "sudah nyala pak", "mau lapor air keruh",
    "sudah nyala. sekalian mau lapor, sampah di Babulu menumpuk", "titip aduan: sumur kering di lung anai", "nomor 17", "ini",
    "petugasnya minta uang", "ADUAN BARU jembatan patah di Bengalon", "longsor, ada korban tertimbun", "kapan dikerjakan",
]  # fmt: skip
# Said without a mark: answers to our questions, and small talk.
ANSWERS = [
    "ya", "y", "kirim aja", "no 2 pak", "yang pertama", "terakhir", "10", "77", "Ubah", "eh salah", "ubah lokasi", "ubah isi",
    "ga tau", "lainnya", "tidak", "halo", "?", "makasih", "👍", "aduan baru", "teruskan", "yang baru", "status",
]  # fmt: skip
STATES = ["in_progress", "resolved", "closed", "awaiting_citizen", "referred"]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("story"), st.sampled_from(STORIES)),
        st.tuples(st.just("answer"), st.sampled_from(ANSWERS)),
        st.tuples(
            st.just("caption"),
            st.sampled_from(["", "ini pak", "ya", "mau lapor", "batal", "ANONIM", "1", "STATUS", "stop"]),
        ),
        st.tuples(st.just("give up"), st.sampled_from(["batal", "gak jadi deh"])),
        st.tuples(st.just("wait"), st.sampled_from([0, 2, 11, 31, 1440])),
        st.tuples(st.just("move"), st.tuples(st.integers(0, 3), st.sampled_from(STATES))),
    ),
    max_size=20,
)


class Ledger(Player):
    """A player that notes where each text and file ends. ``dropped`` holds those of drafts that were given up."""

    def __init__(self) -> None:
        super().__init__()
        self.placed: list[str] = []
        self.files_placed: list[str] = []
        self.dropped: list[str] = []

    def _take(self, turn: Turn) -> None:
        before, after = self.conversation.draft, turn.conversation.draft
        ended = {act.draft.key for act in turn.acts if isinstance(act, FileDraft)}
        for act in turn.acts:
            if isinstance(act, FileDraft):
                self.placed += act.draft.texts
                self.files_placed += act.draft.attachments
            elif isinstance(act, OnCase):
                said = act.act
                self.placed.append(
                    said.reason or "" if isinstance(said, Dispute) else getattr(said, "text", None) or ""
                )
                self.files_placed += said.attachments if isinstance(said, Reply) else ()
                assert isinstance(said, Reply | Confirm | Dispute)
        gone = before is not None and (after is None or after.key != before.key) and before.key not in ended
        chosen = any(isinstance(act, OnCase) for act in turn.acts)
        if gone and before is not None and not chosen:
            assert turn.replies, "a draft was given up without a word"
            self.dropped += [*before.texts, *before.attachments]
        assert sum(isinstance(act, OnCase) for act in turn.acts) <= 1, "the fold carries out one act on a complaint"
        asked = [reply for reply in turn.replies if reply.choices]
        assert len(asked) <= 1, "two questions at once"
        assert not asked or turn.conversation.offered == asked[0].choices
        super()._take(turn)


def play(player: Player, steps: list[tuple[str, object]]) -> list[str]:
    """Play the steps, and return the marks of the stories in order."""
    marks: list[str] = []
    for what, value in steps:
        if what == "story":
            marks.append(f"zq{len(marks)}zq")
            quoted = player.cases[0] if player.cases and len(marks) % 4 == 0 else None
            player.hear(player.message(f"{value} {marks[-1]}", quoted=quoted))
        elif what == "caption":
            player.files += 1
            player.hear(
                player.message(str(value), attachments=(f"media-{player.files}",), placeholder="(mengirim foto)")
            )
        elif what == "wait":
            player.wait(timedelta(minutes=int(str(value))))
        elif what == "move" and isinstance(value, tuple) and player.cases:
            player.move(value[0] % len(player.cases), value[1])
        elif what in ("answer", "give up"):
            player.hear(player.message(str(value)))
    return marks


@given(steps=STEPS)
def test_each_text_and_file_ends_in_one_complaint_one_addition_or_a_draft_that_was_given_up(
    steps: list[tuple[str, object]],
) -> None:
    player = Ledger()
    marks = play(player, steps)
    player.wait(timedelta(days=2))
    assert player.conversation.draft is None
    ends = Counter(mark for mark in marks for text in (*player.placed, *player.dropped) if mark in text)
    assert ends == Counter(marks)
    files = Counter([*player.files_placed, *(one for one in player.dropped if one.startswith("media-"))])
    assert files == Counter(f"media-{number}" for number in range(1, player.files + 1))


class Twins(Player):
    """A player whose messages a second engine hears too."""

    def __init__(self) -> None:
        super().__init__()
        self.other = Conversation()

    def hear(self, heard: Heard) -> Turn:
        turn = super().hear(heard)
        again = converse(self.other, heard, self.now)
        assert again == turn
        self.other = again.conversation
        return turn

    def wait(self, some: timedelta) -> None:
        super().wait(some)
        self.other = pass_time(self.other, self.now).conversation
        assert self.other == self.conversation


@given(steps=STEPS)
def test_two_engines_give_the_same_turns_for_the_same_messages(steps: list[tuple[str, object]]) -> None:
    play(Twins(), steps)


@given(steps=STEPS)
def test_a_machine_that_repeats_our_words_is_not_answered_for_ever(steps: list[tuple[str, object]]) -> None:
    player = Player()
    play(player, steps)
    words, answered = "Terima kasih telah menghubungi kami", 0
    for _ in range(60):
        turn = player.hear(player.message(words))
        answered += len(turn.replies)
        words = turn.replies[-1].text if turn.replies else words
    assert answered <= 3 * MOST_EQUAL


@pytest.mark.parametrize(
    "text",
    ["halo", "terima kasih", "jalan rusak depan rumah saya", "Kantor kami sedang tutup, silakan hubungi lagi besok"],
)
def test_the_same_words_over_and_over_are_answered_a_few_times(text: str) -> None:
    player = Player()
    answered = sum(len(player.hear(player.message(text)).replies) for _ in range(50))
    assert 0 < answered <= 2 * MOST_EQUAL


@pytest.mark.parametrize(
    "text", ["Jalan rusak di Sepaku banyak truk", "Lampu jalan di Loa Kulu padam", "air pdam mati di Melak"]
)
def test_a_complaint_that_is_said_twice_is_one_complaint(text: str) -> None:
    player = Player()
    for _ in range(2):
        player.hear(player.message(text))
    assert len(player.cases) == 1
