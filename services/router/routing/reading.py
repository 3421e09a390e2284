"""One pass over a text: which matters and authorities its words speak for."""

from __future__ import annotations

from services.router.routing.lexicon import Entry, Lexicon, Node
from services.router.routing.places import Place
from services.router.routing.words import BREAKS
from shared.events.fact import Class

LANDMARK = 0.15  # "di depan SMAN 1": where it is, not what it is
STREET = 0.15  # "Jalan Pendidikan"
ADDRESSED = 0.3  # "Yth. PLN": who is written to
LATE, LATE_AFTER = 0.6, 25  # what comes so many words after the first plain one is mostly background
LATER = 0.5  # another authority, named in a later sentence than the first
PLAIN = 3.0  # a word that speaks for its matter by itself
AGAIN = 0.4
ELSEWHERE = 0.3  # said in the field for the place
OFFICES = frozenset(("menteri", "kementerian", "direktur", "kepala", "dinas", "badan", "balai", "biro"))
"""After such a word in a salutation comes whom the letter is for, whatever else that word may mean."""
TOLD = frozenset(("ke", "kepada", "kata", "bukan", "lapor", "dari"))
ENDS = frozenset(".!?;")


class Reading:
    """Weights by matter and by branch, and what else was seen."""

    __slots__ = (
        "abuse",
        "agencies",
        "aside",
        "begun",
        "class_",
        "doers",
        "doubt",
        "ikn",
        "level",
        "leveled",
        "matter",
        "outside",
        "places",
        "region",
        "said",
        "sentence",
        "several",
        "urgent",
        "words",
    )

    def __init__(self) -> None:
        self.matter: dict[int, float] = {}
        self.level: dict[int, float] = {}
        self.said: dict[int, str] = {}
        """By matter a phrase that spoke for it, in the order in which they were first said plainly."""
        self.aside: set[int] = set()
        """Matters of which only a landmark or whom it is written to has spoken so far."""
        self.begun = False
        self.leveled: dict[int, int] = {}
        self.sentence = 0
        self.doers: set[str] = set()
        """Agencies of the province that the text names as such, other than as whom it is written or was told to."""
        self.doubt = self.several = False
        self.agencies: list[str] = []
        self.places: list[Place] = []
        self.region: str | None = None
        self.ikn = False
        self.outside = False
        self.urgent = False
        self.abuse = False
        self.class_: Class | None = None
        self.words = 0

    def see(self, entry: Entry, factor: float, before: str = "") -> None:
        """Count a phrase; its first mention counts, repetition proves nothing."""
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
                elif plain and matter in self.aside:  # so far it was only a landmark, or whom it is written to
                    matters[matter] = max(here, so_far)
                elif weight >= PLAIN <= so_far:  # a second plain word for the same matter says little more
                    matters[matter] = so_far + here * AGAIN if so_far > here else here + so_far * AGAIN
                else:
                    matters[matter] = so_far + here
                if so_far is None or (plain and matter in self.aside):
                    self.aside.discard(matter)
                    self.said.pop(matter, None)
                    self.said[matter] = entry.text
                    if not plain:
                        self.aside.add(matter)
                self.begun = self.begun or (plain and here >= PLAIN)
            if between:
                first = self.leveled.setdefault(matter, self.sentence)
                level[branch] = level.get(branch, 0.0) + between * factor * (1.0 if first == self.sentence else LATER)

    def _note(self, entry: Entry, factor: float, before: str) -> None:
        """What a phrase says beside its matters."""
        if entry.agency is not None:
            self.agencies.append(entry.agency)
            if entry.provincial and factor >= LATE and before not in TOLD:
                self.doers.add(entry.agency)
        self.doubt = self.doubt or entry.doubt
        self.several = self.several or entry.several
        place = entry.place
        if place is not None and place.outside:
            self.outside = True
        elif place is not None:
            self.places.append(place)
            self.region = place.region or self.region
            self.ikn = self.ikn or place.ikn
        if factor >= LATE:
            self.urgent = self.urgent or entry.urgent
            self.class_ = self.class_ or entry.class_
        self.abuse = self.abuse or entry.abuse


class _Cues:
    """What the words before a phrase say about how much it counts."""

    __slots__ = ("addressed", "landmark")

    def __init__(self) -> None:
        self.addressed = self.landmark = False

    def plain(self, token: str, titles: frozenset[str]) -> None:
        """A word of no table: it ends a salutation or a landmark, unless it is a title."""
        if token in BREAKS or token not in titles:
            self.addressed = self.landmark = False

    def takes(self, entry: Entry) -> bool:
        """Whether the phrase is itself such a cue."""
        if entry.start:
            self.addressed, self.landmark = True, False
            return True
        if entry.landmark and not self.addressed:
            self.landmark = True
            return True
        return self.landmark and entry.bridge

    def factor(self, entry: Entry, token: str, before: str, titles: frozenset[str]) -> float:
        """How much this phrase counts."""
        factor = 1.0
        if self.addressed:
            if entry.agency is not None or entry.body or entry.place is not None or before in OFFICES:
                factor = ADDRESSED
            else:
                self.addressed = token in titles
        if self.landmark:
            factor, self.landmark = LANDMARK, False
        if before == "bukan":
            return 0.0
        return STREET if entry.street and before == "jalan" else factor


def read(lexicon: Lexicon, text: str, place: str | None) -> Reading:
    """Look every phrase up, longest first, left to right; cues before it say how much it counts."""
    words = lexicon.words
    tokens = words.tokens(text)
    reading = Reading()
    reading.words = end_of_text = len(tokens)
    if place:
        tokens = [*tokens, ";", *words.tokens(place)]
    roots, titles, cues, seen = lexicon.roots, lexicon.titles, _Cues(), set[Entry]()
    at, end, denied = 0, len(tokens), "bukan" in tokens
    late = end
    while at < end:
        token = tokens[at]
        node = roots.get(token)
        if node is None:
            if cues.addressed or cues.landmark:
                cues.plain(token, titles)
            if token in ENDS:
                reading.sentence += 1
            at += 1
            continue
        entry, after = _longest(node, tokens, at + 1, end) if node.following else (node.entry, at + 1)
        if entry is None:
            cues.plain(token, titles)
        elif not (entry.cue and cues.takes(entry)) and entry not in seen:
            factor = 1.0
            before = tokens[at - 1] if at else ""
            if cues.addressed or cues.landmark or denied or entry.street:
                factor = cues.factor(entry, token, before, titles)
            seen.add(entry)
            if at > end_of_text:
                factor *= ELSEWHERE
            elif at > late:
                factor *= LATE
            reading.see(entry, factor, before)
            if late == end and reading.begun:
                late = at + LATE_AFTER
        at = after
    return reading


def _longest(node: Node, tokens: list[str], ahead: int, end: int) -> tuple[Entry | None, int]:
    """The longest phrase that starts here, and where it ends."""
    entry, after = node.entry, ahead
    while ahead < end:
        longer = node.following.get(tokens[ahead])
        if longer is None:
            break
        node, ahead = longer, ahead + 1
        if node.entry is not None:
            entry, after = node.entry, ahead
    return entry, after
