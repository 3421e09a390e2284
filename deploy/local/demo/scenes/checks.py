"""The checks of the demo: what each kind of person gets, and whether that held."""

from dataclasses import dataclass, field

WHATSAPP, CHATS, WEB = "Citizens on WhatsApp", "Citizens on Instagram and by SMS", "Citizens on the web"
OFFICES, DESK = "Agencies", "The desk"

# Every check by its name: who benefits, and what they get. A check that no scene reached does not hold.
CHECKS = {
    "bubbles": (WHATSAPP, "three bubbles become one complaint"),
    "photo kept": (WHATSAPP, "a photo with its caption is a complaint, and its photo is kept"),
    "pin": (WHATSAPP, "a pin is the place of a complaint"),
    "status": (WHATSAPP, "STATUS is answered with the ticket, its state and its link"),
    "voice read": (WHATSAPP, "the sender of a voice note reads what was written down"),
    "rating": (WHATSAPP, "after the answer and SUDAH we ask for a rating, and thank for it"),
    "instagram": (CHATS, "a message on Instagram becomes a complaint, and its ticket comes back"),
    "sms": (CHATS, "an SMS becomes a complaint, and its ticket comes back"),
    "form": (WEB, "a browser without scripts files with a photo and a chosen village"),
    "follower": (WEB, "a follower hears that the complaint was answered, and reads nobody's words"),
    "information": (WEB, "an information request is due after 10 working days"),
    "files": (OFFICES, "the example consumer fetches the photo of its snapshot, and its hash fits"),
    "example": (OFFICES, "the example consumer accepts and answers over Kafka"),
    "sign-in": (OFFICES, "an officer signs in with a password and a code, and not without the code"),
    "console": (OFFICES, "the officer accepts and answers on pages what this agency got"),
    "both sides": (DESK, "SP4N-LAPOR! and Tanggap agree on every complaint, by state and OPD"),
    "voice heard": (DESK, "the koordinator opens the voice note and writes it down, so it finds its agency"),
}


@dataclass(slots=True)
class Checks:
    """The checks that were reached: whether each held, and what was seen."""

    found: dict[str, tuple[bool, str]] = field(default_factory=dict)

    def note(self, name: str, holds: object, seen: str = "") -> None:
        """Note whether a check holds. Once it did not, it stays so."""
        if name not in CHECKS:
            raise KeyError(name)
        before, _ = self.found.get(name, (True, ""))
        if before:
            self.found[name] = (bool(holds), seen)

    @property
    def broken(self) -> list[str]:
        """The names of the checks that do not hold or were not reached."""
        return [name for name in CHECKS if not self.found.get(name, (False, ""))[0]]
