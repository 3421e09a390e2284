"""The values of the tracking page: what it says first, what its reader can do now, and the photos of the case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.intake.actions.media import MediaLinks
from services.intake.api.sentences import says_fixed
from services.intake.labels import opd_name
from services.intake.rules.choosing import is_open
from services.intake.rules.conversation_texts import NONE_FITS
from services.intake.rules.pending import pending_act
from services.intake.state import Complaint, TimelineEntry
from shared.clock import WITA
from shared.masking import masked

# The line of confirmation after an act, by the act's line in the timeline. A reply may be read as a yes or a no.
_DONE: Final = {
    "replied": "Keterangan Anda sudah kami kirim kepada petugas.",
    "confirmed": "Terima kasih. Pernyataan Anda sudah kami catat.",
    "disputed": "Pernyataan dan alasan Anda sudah kami catat.",
    "appealed": "Keberatan Anda sudah kami catat.",
    "rated": "Terima kasih. Nilai Anda sudah kami catat.",
    "withdrew": "Penarikan aduan sudah kami catat.",
    "chose": "Terima kasih. Pilihan Anda kami teruskan kepada petugas.",
    "objected": "Pernyataan Anda sudah kami catat. Petugas memeriksa aduan ini lagi.",
    "consented": "Terima kasih. Nama dan kontak Anda kami sertakan bagi instansi yang berwenang.",
}
# The acts that make no sense beside an act that is still on its way.
_NOT_BESIDE: Final = {
    "replied": frozenset[str](),
    "confirmed": frozenset({"confirm", "dispute", "appeal", "withdraw"}),
    "disputed": frozenset({"confirm", "dispute", "appeal", "rate", "withdraw"}),
    "appealed": frozenset({"confirm", "dispute", "appeal"}),
    "withdrew": frozenset({"confirm", "dispute", "rate", "reply", "withdraw"}),
    "objected": frozenset({"object", "share"}),
}


# The field that holds the words of an act, by the name of the act in its form.
FIELDS: Final = {"balas": "balas", "belum": "belum", "keberatan": "keberatan", "nilai": "komentar", "tarik": "alasan"}
_ACT_OF_FIELD: Final = {"balas": "reply", "belum": "dispute", "keberatan": "appeal", "alasan": "withdraw"}


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file on the page: its link, and the link of its thumbnail if it is a picture.

    ``public``: a person released it, so that everybody sees it.
    """

    link: str
    thumbnail: str | None
    kind: str
    public: bool = False


@dataclass(frozen=True, slots=True)
class Tracking:
    """The values of the reporter's page beside the view of the complaint.

    ``asks`` is the question that the page puts first: "information", "solved", "rating" or None. ``words`` are those of
    the agency ``speaker`` about which it asks: its question, or its answer. ``done`` confirms the act that went before.
    ``choices`` are the sentences of our question what the complaint is about, with the number of each.
    """

    headline: str
    acts: frozenset[str]
    asks: str | None
    fixed: bool
    rated: bool
    done: str | None
    speaker: str
    words: str | None
    pending: bool
    choices: tuple[tuple[int, str], ...] = ()

    def has_field(self, name: str) -> bool:
        """Return whether the page has the field of this name, out of balas, belum, keberatan, komentar and alasan."""
        rates = self.asks == "rating" or ("rate" in self.acts and self.rated)
        return rates if name == "komentar" else _ACT_OF_FIELD.get(name) in self.acts


def tracking_of(complaint: Complaint, view: dict[str, Any], *, acted: bool) -> Tracking:
    """Return the page's values for the reporter. If ``acted``, the page follows an act and confirms it."""
    pending, said = pending_act(complaint), _said(complaint)
    acts = frozenset(view["allowed"]) - (_NOT_BESIDE[pending] if pending else frozenset())
    return Tracking(
        headline=_headline(complaint, view, pending),
        acts=acts,
        asks=_asks(complaint, acts, pending),
        fixed=says_fixed(complaint),
        rated=_rated(complaint),
        done=_done(complaint) if acted else None,
        speaker=opd_name(said.params.get("opd"), said.at.astimezone(WITA).date()) if said else opd_name(None),
        words=masked(said.quote) if said and said.quote else None,
        pending=pending is not None,
        choices=_choices(complaint) if pending is None else (),
    )


def shown_files(
    rows: Sequence[Any], complaint: Complaint, links: MediaLinks, *, own: bool = True
) -> tuple[list[ShownFile], list[ShownFile]]:
    """Return the reporter's files and those of the agency's answers, with links that work for some minutes.

    A stranger (not ``own``) gets the pictures alone that a person released.
    """
    released = frozenset() if complaint.rahasia else frozenset(complaint.public_files)
    evidence = {media for entry in complaint.timeline for media in entry.files}
    shown: tuple[list[ShownFile], list[ShownFile]] = [], []
    for row in rows:
        public = row["id"] in released and row["picture"]
        if not own and not public:
            continue
        thumbnail = links.path(row["id"], "320", public=not own) if row["picture"] else None
        link = links.path(row["id"], public=not own)
        shown[row["id"] in evidence].append(ShownFile(link, thumbnail, row["type"], public))
    return shown


def _choices(complaint: Complaint) -> tuple[tuple[int, str], ...]:
    if complaint.offer is None or not is_open(complaint):
        return ()
    sentences = [one.sentence for one in complaint.offer.choices]
    return (*enumerate(sentences, 1), (0, NONE_FITS))


def _headline(complaint: Complaint, view: dict[str, Any], pending: str | None) -> str:
    if pending is not None:
        return "Sedang diproses"
    return "Menunggu jawaban Anda" if complaint.state == "awaiting_citizen" else str(view["state_text"])


def _asks(complaint: Complaint, acts: frozenset[str], pending: str | None) -> str | None:
    """Return what the page asks first. The rating follows the word that the problem is solved."""
    if complaint.state == "awaiting_citizen" and pending is None and "reply" in acts:
        return "information"
    if "confirm" in acts:
        return "solved"
    ended = complaint.state == "closed" or pending == "confirmed"
    return "rating" if ended and "rate" in acts and not _rated(complaint) else None


def _rated(complaint: Complaint) -> bool:
    """Return whether the reporter has rated the handling since the case was opened, or opened again."""
    for entry in reversed(complaint.timeline):
        if entry.what in {"rated", "reopened", "promise_passed", "heard_again"}:
            return entry.what == "rated"
    return False


def _done(complaint: Complaint) -> str | None:
    return next((_DONE[entry.what] for entry in reversed(complaint.timeline) if entry.what in _DONE), None)


def _said(complaint: Complaint) -> TimelineEntry | None:
    """Return the line of what the agency asked or answered last, while the reporter's word on it is awaited."""
    begins = {"awaiting_citizen": "info_requested", "resolved": "resolved"}.get(complaint.state)
    if begins is None:
        return None
    return next((entry for entry in reversed(complaint.timeline) if entry.what.startswith(begins)), None)
