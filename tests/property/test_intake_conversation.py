"""The conversation, whatever is said in whatever order: one complaint per draft, no text lost, short replies."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.intake.rules.commands_citizen import Confirm, Dispute, Reply
from services.intake.rules.conversation import converse
from services.intake.rules.conversation_draft import due_of, pass_time, says_what
from services.intake.rules.conversation_values import FileDraft, OnCase, Turn
from services.intake.rules.destination import is_announcement, small_talk
from services.intake.rules.intents import find_keyword
from services.intake.state import Conversation
from tests.support.conversation_player import Player

WORDS = [
    "halo", "lampu jalan mati di depan rumah", "jalan rusak di Loa Janan", "di Samarinda", "Palaran", "ya", "kirim", "Ubah",
    "BATAL", "BANTUAN", "ANONIM", "status", "terima kasih", "🙏", "5", "2", "10", "sudah", "belum, masih rusak", "mau lapor",
    "ADUAN BARU", "ADUAN BARU air keruh di Sepaku", "tiangnya nomor 17 pak", "kok lama sekali", "longsor, ada korban tertimbun",
    "jam berapa kantor buka?", "STOP", "mulai", "Lainnya", "KT-0000-0001-X masih gelap", "", "kebakaran!!", "no 2 aja",
    "cara bikin ktp gmn ya", "iya betul kirim aja", "eh salah", "ubah lokasi", "yang pertama", "gak jadi pak, sudah beres",
    "sudah nyala pak. sekalian mau lapor, sampah di Babulu menumpuk", "ga tau", "sudah cukup", "keberatan", "👍", "?",
]  # fmt: skip
CHOICES = [
    None, None, None, "draft:send", "draft:edit", "draft:cancel", "region:64.72", "region:x", "district:Palaran",
    "districts:64.02:1", "districts:64.02:-1", "case:KT-0000-0001-X", "case:", "confirm:", "dispute:KT-0000-0001-X", "?:",
]  # fmt: skip
STATES = ["in_progress", "resolved", "closed", "awaiting_citizen", "referred"]
MESSAGES = st.tuples(
    st.sampled_from(WORDS) | st.text(max_size=30),
    st.sampled_from(CHOICES),
    st.sampled_from(["said", "said", "said", "sticker", "reaction", "silent", "unreadable"]),
    st.sampled_from([(), (), ("media-1",)]),
    st.sampled_from([None, None, "-0.5, 117.1"]),
    st.integers(0, 3),
)
STEPS = st.lists(
    st.one_of(
        MESSAGES.map(lambda one: ("hear", one)),
        st.sampled_from([1, 9, 11, 61, 1440]).map(lambda minutes: ("wait", minutes)),
        st.tuples(st.integers(0, 5), st.sampled_from(STATES)).map(lambda one: ("move", one)),
    ),
    max_size=25,
)


class Watched(Player):
    """A player that checks every turn."""

    def __init__(self) -> None:
        super().__init__()
        self.filed: list[UUID] = []

    def _take(self, turn: Turn) -> None:
        before = self.conversation.draft
        self.filed += [act.draft.key for act in turn.acts if isinstance(act, FileDraft)]
        assert len(self.filed) == len(set(self.filed)), "two complaints from one draft"
        assert len(turn.replies) <= 2
        for reply in turn.replies:
            assert 0 < len(reply.text) <= 300
            assert len(reply.choices) <= 10
            assert all(len(title) <= (20 if len(reply.choices) <= 3 else 24) for _, title in reply.choices)
        gone = before is not None and (turn.conversation.draft is None or turn.conversation.draft.key != before.key)
        assert not gone or turn.acts or turn.replies, "a draft went without a word"
        super()._take(turn)


def kept(turn: Turn, text: str) -> bool:
    """Return whether the text stands in the draft, in a new complaint or in an act of this turn."""
    drafts = [act.draft for act in turn.acts if isinstance(act, FileDraft)]
    drafts += [turn.conversation.draft] if turn.conversation.draft else []
    acts = [act.act for act in turn.acts if isinstance(act, OnCase)]
    said = [
        one.text if isinstance(one, Reply | Confirm) else one.reason
        for one in acts
        if isinstance(one, Reply | Confirm | Dispute)
    ]
    return any(text in draft.texts for draft in drafts) or any(text in (one or "") for one in said)


@given(steps=STEPS)
def test_no_order_of_messages_pauses_and_ticks_loses_or_doubles_anything(steps: list[tuple[str, object]]) -> None:
    player = Watched()
    for what, value in steps:
        if what == "wait":
            player.wait(timedelta(minutes=value))  # type: ignore[arg-type]
        elif what == "move" and player.cases:
            moved: Any = value
            player.move(moved[0] % len(player.cases), moved[1])
        elif what == "hear":
            said: Any = value
            text, choice, kind, attachments, pin, quoted = said
            target = player.cases[quoted - 1] if 0 < quoted <= len(player.cases) else None
            heard = player.message(
                text, choice=choice, kind=kind, attachments=attachments, pin=pin, placeholder="(pesan)", quoted=target
            )
            turn = player.hear(heard)
            plain = kind == "said" and choice is None and find_keyword(text) is None
            plain = plain and small_talk(text) is None and not is_announcement(text)
            if plain and says_what(text):
                assert kept(turn, text), text
            if attachments and kind == "said" and choice is None and find_keyword(text) is None and not text:
                held = [turn.conversation.draft] if turn.conversation.draft else []
                held += [act.draft for act in turn.acts if isinstance(act, FileDraft)]
                told = [act.act for act in turn.acts if isinstance(act, OnCase)]
                assert any("media-1" in one.attachments for one in [*held, *told] if hasattr(one, "attachments"))
    player.wait(timedelta(days=2))
    assert player.conversation.draft is None


@given(steps=st.lists(MESSAGES, max_size=10), minutes=st.integers(0, 3000))
def test_a_timer_that_comes_early_changes_nothing(steps: list[tuple[object, ...]], minutes: int) -> None:
    player = Player()
    for text, *_ in steps:
        player.hear(player.message(str(text)))
    due = due_of(player.conversation)
    turn = pass_time(player.conversation, player.now + timedelta(minutes=minutes))
    if due is None or player.now + timedelta(minutes=minutes) < due:
        assert turn == Turn(player.conversation)


@given(text=st.text(max_size=200))
def test_any_text_gets_a_turn(text: str) -> None:
    player = Player()
    converse(Conversation(), player.message(text), player.now)
