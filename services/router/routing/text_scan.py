"""One pass over a text that weighs the matters and authorities its words speak for."""

from __future__ import annotations

from services.router.routing.cues import LATE, LATE_AFTER, Cues
from services.router.routing.lexicon import Lexicon, Node, PhraseEntry
from services.router.routing.where import Whereabouts
from shared.events.fact import Class

# Share of a word for an authority in a later sentence than the first such word for the matter.
LATER = 0.2
# Least weight of a plain word: a word that speaks for its matter by itself.
PLAIN = 3.0
# Share of the lighter weight when a further plain word speaks for the same matter.
AGAIN = 0.4
# After such a word an agency was only told of the matter, or says that the matter is not its work.
NO_DOER_AFTER = frozenset(("ke", "kepada", "kata", "bukan", "lapor"))
ENDS = frozenset(".!?;")


class TextScan:
    """The result of a pass: weights by matter (``matter``) and by branch (``level``), and what else the text says."""

    __slots__ = (
        "abuse",
        "agencies",
        "aside",
        "begun",
        "class_",
        "doers",
        "doubt",
        "level",
        "leveled",
        "matter",
        "phrases",
        "sentence",
        "several",
        "urgent",
        "where",
        "word_count",
    )

    def __init__(self) -> None:
        self.matter: dict[int, float] = {}
        self.level: dict[int, float] = {}
        # By matter: a phrase that spoke for it. The order is that in which the matters were first said plainly.
        self.phrases: dict[int, str] = {}
        # Matters for which only a landmark, an addressee or a writer's role has spoken so far.
        self.aside: set[int] = set()
        # Whether a plain word has said what the text is about.
        self.begun = False
        # By matter: the number of the sentence that first spoke for one of its branches.
        self.leveled: dict[int, int] = {}
        self.sentence = 0
        # Agencies that the text names as agencies of the province, except as its addressee or as somebody who was told.
        self.doers: set[str] = set()
        self.doubt = self.several = False
        self.agencies: list[str] = []
        self.where = Whereabouts()
        self.urgent = False
        self.abuse = False
        self.class_: Class | None = None
        self.word_count = 0

    def count(self, entry: PhraseEntry, factor: float, before: str = "") -> None:
        """Count a phrase. The caller counts only its first mention, because repetition proves nothing.

        ``factor``: the share with which the phrase counts, from 0 to 1. ``before``: the word before the phrase.
        """
        if entry.rich:
            self._note(entry, factor, before)
        matters, level = self.matter, self.level
        plain = factor >= LATE
        for matter, branch, weight, between in entry.targets:
            if weight:
                here = weight * factor
                so_far = matters.get(matter)
                if so_far is None:
                    matters[matter] = here
                # So far the matter was only mentioned aside.
                elif plain and matter in self.aside:
                    matters[matter] = max(here, so_far)
                # A second plain word for the same matter says little more.
                elif weight >= PLAIN <= so_far:
                    matters[matter] = so_far + here * AGAIN if so_far > here else here + so_far * AGAIN
                else:
                    matters[matter] = so_far + here
                if so_far is None or (plain and matter in self.aside):
                    self.aside.discard(matter)
                    self.phrases.pop(matter, None)
                    self.phrases[matter] = entry.text
                    if not plain:
                        self.aside.add(matter)
                self.begun = self.begun or (plain and here >= PLAIN)
            if between:
                first = self.leveled.setdefault(matter, self.sentence)
                level[branch] = level.get(branch, 0.0) + between * factor * (1.0 if first == self.sentence else LATER)

    def _note(self, entry: PhraseEntry, factor: float, before: str) -> None:
        """Record what a phrase says beside its matters: agency, place, urgency, class and so on."""
        if entry.agency is not None:
            self.agencies.append(entry.agency)
            if entry.provincial and factor >= LATE and before not in NO_DOER_AFTER:
                self.doers.add(entry.agency)
        self.doubt = self.doubt or entry.doubt
        self.several = self.several or entry.several
        if factor >= LATE:
            self.urgent = self.urgent or entry.urgent
            self.class_ = self.class_ or entry.class_
        self.abuse = self.abuse or entry.abuse


def scan_text(lexicon: Lexicon, text: str, place: str | None) -> TextScan:
    """Read a text and the field for the place.

    Look up every phrase from left to right, the longest first. The cues before a phrase say how much it counts.
    """
    normaliser = lexicon.normaliser
    tokens = normaliser.tokens(text)
    scan = TextScan()
    scan.word_count = len(tokens)
    if place:
        tokens = [*tokens, ";", *normaliser.tokens(place)]
    roots, cues, seen = lexicon.roots, Cues(lexicon, tokens, scan.word_count), set[PhraseEntry]()
    at, end = 0, len(tokens)
    while at < end:
        token = tokens[at]
        node = roots.get(token)
        if node is None:
            if cues.addressed or cues.landmark:
                cues.pass_plain_word(at)
            if token in ENDS:
                scan.sentence += 1
            at += 1
            continue
        entry, after = longest_phrase(node, tokens, at + 1, end) if node.following else (node.entry, at + 1)
        if entry is not None and entry.place is not None:
            scan.where.add(entry.place, entry.text, tokens[at - 1] if at else "", in_field=at > scan.word_count)
        if entry is None:
            cues.pass_plain_word(at)
        elif not (entry.cue and cues.take_cue(entry)) and entry not in seen:
            seen.add(entry)
            before = tokens[at - 1] if at else ""
            scan.count(entry, cues.share(entry, at, before), before)
            if scan.begun and cues.late == end:
                cues.late = at + LATE_AFTER
        at = after
    return scan


def longest_phrase(node: Node, tokens: list[str], ahead: int, end: int) -> tuple[PhraseEntry | None, int]:
    """Return the longest phrase that starts here, or None, and the index after it."""
    entry, after = node.entry, ahead
    while ahead < end:
        longer = node.following.get(tokens[ahead])
        if longer is None:
            break
        node, ahead = longer, ahead + 1
        if node.entry is not None:
            entry, after = node.entry, ahead
    return entry, after
