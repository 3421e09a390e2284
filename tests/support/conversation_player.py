"""A player of conversations through the pure function, with the person's complaints beside it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.intake.rules import conversation_texts as say
from services.intake.rules.citizen import interpret_reply
from services.intake.rules.commands import AskChoice, ContactPerson, Reserved, SourceMessage
from services.intake.rules.commands_citizen import Choose, Confirm, Dispute, Rate, Reply
from services.intake.rules.context import Context
from services.intake.rules.conversation import converse
from services.intake.rules.conversation_choice import ask
from services.intake.rules.conversation_draft import due_of, pass_time
from services.intake.rules.conversation_known import KnownComplaint
from services.intake.rules.conversation_values import FileDraft, Heard, OnCase, Say, Turn
from services.intake.rules.limits import ALLOWANCE
from services.intake.state import Complaint, Contact, Conversation
from shared.events.fact import OfferedChoice
from shared.ids import new_id
from shared.pipeline import Item
from tests.support.conversations import Line, Scene, offered, shown, written

START = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
FILES = {
    "foto": "(mengirim foto)",
    "suara": "(mengirim pesan suara)",
    "berkas": "(mengirim berkas)",
    "video": "(mengirim video)",
}
ELSEWHERE = ("referred", "archived", "merged")


@dataclass
class Player:
    """A person in a conversation. ``out`` collects what was said and what came of it, as lines of the file."""

    now: datetime = START
    last: datetime = START
    conversation: Conversation = field(default_factory=Conversation)
    cases: list[KnownComplaint] = field(default_factory=list)
    out: list[str] = field(default_factory=list)
    files: int = 0
    said: int = 0

    def play(self, scene: Scene) -> list[str]:
        """Play a scene and return its lines as they came out."""
        for line in scene.said:
            self.out.append(written(line))
            if line.who == "warga":
                self.hear(self.heard(line))
            elif line.who == "waktu":
                self.wait(timedelta(minutes=int(line.rest)))
            elif line.who == "tanya":
                self.offer(line.number - 1, offered(line))
            elif line.who == "kasus":
                self.move(line.number - 1, line.rest)
        return self.out

    def heard(self, line: Line) -> Heard:
        """Return the message of a line."""
        what, more, text = line.sent
        choice, kind = None, "said"
        if what == "tekan":
            choice = next((id_ for id_, title in self.conversation.offered if title == more), more)
            text = more
        attachments: tuple[str, ...] = ()
        if what in FILES:
            self.files += 1
            attachments = (f"media-{self.files}",)
        return self.message(
            text,
            choice=choice,
            kind="sticker" if what == "stiker" else kind,
            attachments=attachments,
            pin=(more or "-0.50000, 117.15000") if what == "lokasi" else None,
            placeholder=FILES.get(what, "(mengirim lokasi: -0.50000, 117.15000)" if what == "lokasi" else ""),
            voice=what == "suara",
            quoted=self.cases[line.number - 1] if line.number else None,
        )

    def message(self, text: str, **more: object) -> Heard:
        """Return a message with a reserved identity of its own."""
        self.said += 1
        ticket = f"KT-0000-{self.said:04d}-X"
        reserved = Reserved(new_id(), ticket, f"/aduan/{ticket}/x", self.now)
        base = Heard(reserved, f"hash-{self.said}", text=text, cases=tuple(reversed(self.cases)))
        return replace(base, **more)  # type: ignore[arg-type]

    def hear(self, heard: Heard) -> Turn:
        """Take one message, and carry out what it does."""
        self.now += timedelta(seconds=5)
        self.last = self.now
        turn = converse(self.conversation, heard, self.now)
        self._take(turn)
        return turn

    def wait(self, some: timedelta) -> None:
        """Let time pass, with the timer that falls into it."""
        until, due = self.now + some, due_of(self.conversation)
        if due is not None and due <= until:
            self.now = due
            self._take(pass_time(self.conversation, due))
        self.now = until

    def move(self, place: int, state: str) -> None:
        """Move a complaint to a state, as the router does."""
        case = self.cases[place]
        about = "" if state in ELSEWHERE else case.about
        ended_at = self.now if state in (*ELSEWHERE, "closed") else None
        self.cases[place] = replace(case, state=state, about=about, ended_at=ended_at)

    def offer(self, place: int, choices: tuple[OfferedChoice, ...]) -> None:
        """Let the router offer sentences about a complaint. The conversation asks if the person is still there."""
        case, key = self.cases[place], new_id()
        contact = Contact(address="6280000000123", conversation=self.conversation.with_(last_at=self.last))
        command = AskChoice(case.key, case.ticket, "whatsapp", choices)
        item = Item(key, command, "router", self.now, new_id(), (key,))
        change = ask(Context({key: contact}, item, self.now, ALLOWANCE), command)
        if not change.events:
            return
        after = change.states[key]
        assert isinstance(after, Contact)
        assert after.conversation is not None
        self.conversation = after.conversation
        self.cases[place] = replace(case, choices=tuple(one.sentence for one in choices))
        self._say(say.ask_choice(case.ticket, self.cases[place].choices))

    def _take(self, turn: Turn) -> None:
        self.conversation = turn.conversation
        for act in turn.acts:
            if isinstance(act, FileDraft):
                draft = act.draft
                text = "\n".join(draft.texts) or (FILES["suara"] if draft.voice else "")
                about = f"{draft.place or ''} {text}".strip()
                self.cases.append(KnownComplaint(draft.key, "verification", draft.ticket, about))
                files = f" +{len(draft.attachments)}" if draft.attachments else ""
                hidden = (" (anonim)" if draft.anonim else "") + (" (informasi)" if draft.information else "")
                self.out.append(f"aduan {len(self.cases)}: {shown(text)} @ {draft.place or '-'}{files}{hidden}")
            elif isinstance(act, OnCase):
                self._act(act)
            else:
                self.out.append(f"berhenti: {act.way}")
        for reply in turn.replies:
            self._say(reply)

    def _say(self, reply: Say) -> None:
        choices = f" [{' | '.join(title for _, title in reply.choices)}]" if reply.choices else ""
        self.out.append(f"kami: {self._numbered(shown(reply.text) + choices)}")

    def _act(self, on: OnCase) -> None:
        place = next(place for place, case in enumerate(self.cases) if case.key == on.case)
        number, case, act = place + 1, self.cases[place], on.act
        if isinstance(act, Reply):
            person = ContactPerson(new_id(), "whatsapp", "6280000000123")
            act = replace(act, message=SourceMessage(person, self.now, "hash"))
            act = interpret_reply(act, Complaint(state=case.state, ended_at=case.ended_at), self.now)  # type: ignore[arg-type]
        if isinstance(act, Reply):
            files = f" +{len(act.attachments)}" if act.attachments else ""
            for at in sorted([number, *(self._number(other) for other in act.others)]):
                self.out.append(f"tambahan {at}: {shown(act.text)}{files}")
        elif isinstance(act, Confirm):
            self.out.append(f"selesai {number}: {act.text or '-'}")
        elif isinstance(act, Dispute):
            self.out.append(f"belum {number}: {act.reason}")
        elif isinstance(act, Rate):
            self.out.append(f"nilai {number}: {act.stars}")
            self.cases[place] = replace(case, rated=True)

        elif isinstance(act, Choose):
            sentence = case.choices[act.number - 1] if act.number else say.NONE_FITS
            self.out.append(f"pilih {number}: {sentence}")
            self.cases[place] = replace(case, choices=())

    def _number(self, key: UUID) -> int:
        return 1 + next(place for place, case in enumerate(self.cases) if case.key == key)

    def _numbered(self, text: str) -> str:
        """Return a text with each ticket as the number of its complaint."""
        for number, case in enumerate(self.cases, 1):
            text = text.replace(case.ticket, f"KT-{number}")
        return text
