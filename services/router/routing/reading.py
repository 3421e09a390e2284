"""One pass over a text: which matters and authorities its words speak for."""

from __future__ import annotations

from services.router.routing.lexicon import Entry, Lexicon
from services.router.routing.places import Place
from services.router.routing.words import BREAKS
from shared.events.fact import Class

LANDMARK = 0.15  # "di depan SMAN 1": where it is, not what it is
STREET = 0.15  # "Jalan Pendidikan"
ADDRESSED = 0.3  # "Yth. PLN": who is written to
ELSEWHERE = 0.3  # said in the field for the place


class Reading:
    """Weights by matter and by branch, and what else was seen."""

    __slots__ = (
        "abuse",
        "agencies",
        "class_",
        "ikn",
        "level",
        "matter",
        "outside",
        "places",
        "region",
        "said",
        "urgent",
        "words",
    )

    def __init__(self) -> None:
        self.matter: dict[int, float] = {}
        self.level: dict[int, float] = {}
        self.said: dict[int, str] = {}
        self.agencies: list[str] = []
        self.places: list[Place] = []
        self.region: str | None = None
        self.ikn = False
        self.outside = False
        self.urgent = False
        self.abuse = False
        self.class_: Class | None = None
        self.words = 0

    def see(self, entry: Entry, factor: float) -> None:
        """Count a phrase; its first mention counts, repetition proves nothing."""
        if entry.agency is not None:
            self.agencies.append(entry.agency)
        if entry.place is not None:
            if entry.place.outside:
                self.outside = True
            else:
                self.places.append(entry.place)
                self.region = entry.place.region or self.region
                self.ikn = self.ikn or entry.place.ikn
        if factor == 1.0:
            self.urgent = self.urgent or entry.urgent
            self.class_ = self.class_ or entry.class_
        self.abuse = self.abuse or entry.abuse
        for matter, branch, weight, between in entry.targets:
            if weight:
                self.matter[matter] = self.matter.get(matter, 0.0) + weight * factor
                if matter not in self.said:
                    self.said[matter] = entry.text
            if between:
                self.level[branch] = self.level.get(branch, 0.0) + between * factor


def read(lexicon: Lexicon, text: str, place: str | None) -> Reading:
    """Look every phrase up, longest first, left to right; cues before it say how much it counts."""
    words = lexicon.words
    tokens = words.tokens(text)
    reading = Reading()
    reading.words = end_of_text = len(tokens)
    if place:
        tokens = [*tokens, "\n", *words.tokens(place)]
    roots, titles, seen = lexicon.roots, lexicon.titles, set[Entry]()
    at, end = 0, len(tokens)
    landmark = addressed = False
    while at < end:
        token = tokens[at]
        node = roots.get(token)
        entry, after = None, at + 1
        if node is not None:
            entry, ahead = node.entry, at + 1
            while ahead < end and (node := node.following.get(tokens[ahead])) is not None:
                ahead += 1
                if node.entry is not None:
                    entry, after = node.entry, ahead
        if entry is None:
            if token in BREAKS or token not in titles:
                addressed = landmark = False
            at = after
            continue
        if entry.start:
            addressed, landmark = True, False
        elif entry.landmark and not addressed:
            landmark = True
        elif not (landmark and entry.bridge):
            factor = 1.0
            if addressed:
                if entry.agency is not None or entry.institution or entry.place is not None:
                    factor = ADDRESSED
                else:
                    addressed = token in titles
            if landmark:
                factor, landmark = LANDMARK, False
            if at and tokens[at - 1] == "bukan":
                factor = 0.0
            elif entry.street and at and tokens[at - 1] == "jalan":
                factor = STREET
            if at > end_of_text:
                factor *= ELSEWHERE
            if entry not in seen:
                seen.add(entry)
                reading.see(entry, factor)
        at = after
    return reading
