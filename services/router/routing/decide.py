"""The routing decision: a pure function from a text to an authority and an OPD, with its reasons in Indonesian.

The stages: `tidying` takes out what stands beside the matter, and `text_scan` reads the rest. `weighing` puts all
evidence together, and `destination` asks law and place who is responsible. UU 23/2014 divides the authorities, and the
branches of each matter in `services/router/routing/data/matters/*.toml` follow it. Below the threshold of its outcome a
person decides: a wrong OPD costs the citizen more than a day in triage.
"""

from __future__ import annotations

from collections.abc import Iterator

from services.router.routing.decision import Alternative, Decision
from services.router.routing.destination import Destination, destination_of, heads_for_ikn
from services.router.routing.functions import load_functions
from services.router.routing.lexicon import Lexicon, lexicon
from services.router.routing.model import Model, shipped
from services.router.routing.ranking import ENOUGH, rank_matters
from services.router.routing.reasons import about, weak_reasons, why_open, why_undecided
from services.router.routing.text_scan import TextScan, scan_text
from services.router.routing.tidying import tidy
from services.router.routing.weighing import Candidate, Weighing, weigh
from shared.events.fact import Outcome
from shared.reference import in_force
from shared.reference.registry import Table

# Log-odds of a topic that the channel's category names, and of one that the agency chosen in another system works on.
CATEGORY = 2.5
GIVEN = 1.0
# The raw certainty is at most this if the writer means several matters that go to different places.
SEVERAL = 0.5
# Below this certainty we do not say that we know what a text is about.
VAGUE = 0.15
CANDIDATES = 3
# Candidates below this share are not shown. From this share on it is clear what a text is about.
LEAST_SHOWN, CLEAR = 0.01, 0.8
# Factor for a second authority of a matter while that is not clear.
AGAIN = 0.3


def decide(
    text: str,
    place: str | None = None,
    *,
    given_to: str | None = None,
    category: str | None = None,
    model: Model | None = None,
    registry: Table | None = None,
) -> Decision:
    """Decide where one complaint belongs.

    ``given_to``: the name of the agency to which another system (SP4N) gave it. ``category``: the category that the
    channel gave, ours or in words of its own. Both are one reason among others. ``model``: the model to use instead of
    the shipped one. ``registry``: the table of OPDs and topics to use instead of the one in force.
    """
    tables, model, registry = lexicon(), model or shipped(), registry or in_force()
    tidied = tidy(text, tables.place_starts)
    scan = scan_text(tables, tidied, place)
    if not scan.matter and not scan.agencies:
        scan = scan_text(tables, text, place)
    named = scan_text(tables, given_to, None).agencies if given_to else []
    weighing = weigh(tables, model, scan, tidied, _favoured(tables, named, category, registry))
    return _Deciding(tables, model, scan, weighing, named, registry).decision()


def _favoured(tables: Lexicon, named: list[str], category: str | None, registry: Table) -> Iterator[tuple[str, float]]:
    """Yield the topics for which the channel's category and the agency of another system speak."""
    found = category if category in registry.topics else None
    if category and found is None:
        spoken = rank_matters(tables, scan_text(tables, category, None))
        found = next((tables.matters[number].code for number, weight in spoken.items() if weight >= ENOUGH), None)
    if found:
        yield found, CATEGORY
    for matter in tables.matters if named else ():
        if matter.code != found and any(branch.opd and branch.opd in named for branch in matter.branches):
            yield matter.code, GIVEN


class _Deciding:
    """The decision on one weighed text."""

    def __init__(
        self,
        tables: Lexicon,
        model: Model,
        scan: TextScan,
        weighing: Weighing,
        named: list[str],
        registry: Table,
    ) -> None:
        self.registry = registry
        self.tables, self.model, self.scan, self.weighing, self.named = tables, model, scan, weighing, named
        self._plain_kind: dict[tuple[str, str | None], str] = {}
        self.found = self._merged()

    def _merged(self) -> list[tuple[Destination, Candidate, float]]:
        """Return each destination with its likeliest candidate and the raw certainty of all that lead there."""
        inside = heads_for_ikn(self.tables, self.scan, self.weighing.tables)
        merged: dict[tuple[str, ...], tuple[Destination, Candidate, float]] = {}
        functions = load_functions()
        for one in self.weighing.candidates:
            where = destination_of(one, self.scan, self.registry, inside_ikn=inside)
            kind = where.opd or ("" if where.authority == "ikn" else functions[one.matter.code][0] or one.matter.code)
            # If the text names two matters plainly and one body does both, the decision is right for both.
            if not where.opd and self.weighing.tables.get(one.matter.index, 0.0) >= ENOUGH:
                kind = self._plain_kind.setdefault((where.authority, where.to), kind)
            key = (where.authority, where.opd or "", where.to or "", kind)
            before = merged.get(key)
            merged[key] = (before[0], before[1], before[2] + one.share) if before else (where, one, one.share)
        return sorted(merged.values(), key=lambda entry: -entry[2])

    def decision(self) -> Decision:
        """Return the decision: automatic if it is certain enough, else triage."""
        where, best, raw = self.found[0]
        if best.matter.nothing:
            return self._triage(raw, (best.matter.nothing,))
        if where.vacant:
            return self._triage(raw, (about(best.matter, self._words(best)), where.because))
        if self.scan.several and self._means_another(best):
            raw = min(raw, SEVERAL)
        outcome: Outcome = "assign" if where.opd else "refer"
        probability = self.model.calibration.probability(raw)
        spoken = self.weighing.tables.get(best.matter.index, 0.0) > 0
        alone = spoken or self.model.calibration.may_decide_alone(self._class_of(best))
        if probability < self.model.calibration.threshold(outcome) or not alone:
            return self._triage(raw, self._why_not(best, raw))
        return self._settled(outcome, where, best, raw)

    def _means_another(self, best: Candidate) -> bool:
        """Return whether our tables found a second matter with a plain word."""
        return any(weight >= ENOUGH and number != best.matter.index for number, weight in self.weighing.tables.items())

    def _class_of(self, one: Candidate) -> str:
        return self.model.prior.class_of.get(one.matter.code, "")

    def _words(self, one: Candidate) -> tuple[str, ...]:
        """Return the words that weighed most: the phrase of our tables first, then those that were learned."""
        phrase = self.scan.phrases.get(one.matter.index)
        number = self.model.prior.number_of.get(one.matter.code)
        learned = self.model.prior.weighed_most(self.weighing.words, number) if number is not None else ()
        own = (phrase,) if phrase else ()
        return (*own, *(word for word in learned if word != phrase))[:CANDIDATES]

    def _settled(self, outcome: Outcome, where: Destination, best: Candidate, raw: float) -> Decision:
        """Return the assignment to an OPD, or the referral."""
        words = self._words(best)
        step = None if where.opd else f"Sampaikan kepada {where.to}, langsung atau lewat SP4N-LAPOR! (lapor.go.id)."
        return Decision(
            outcome,
            where.authority,
            where.opd,
            round(self.model.calibration.probability(raw), 3),
            (about(best.matter, words), where.because, *weak_reasons(self.scan, self.named)),
            self._alternatives(self.found[1:]),
            best.matter.code,
            self.scan.class_ or "no_oversight",
            "urgent" if self.scan.urgent or best.matter.urgent else "normal",
            where.to,
            step,
            round(raw, 4),
            words,
            where.elsewhere,
        )

    def _triage(self, raw: float, reasons: tuple[str, ...]) -> Decision:
        """Return the decision to put the complaint before a person, with the best candidates."""
        best = self.found[0][1]
        known = raw >= VAGUE or self.weighing.tables.get(best.matter.index, 0.0) > 0
        urgent = self.scan.urgent or (best.matter.urgent and self.weighing.tables.get(best.matter.index, 0.0) > 0)
        return Decision(
            "triage",
            None,
            None,
            round(self.model.calibration.probability(raw), 3),
            (*reasons, *weak_reasons(self.scan, self.named)),
            () if best.matter.nothing else self._alternatives(self.found),
            best.matter.code if known else None,
            self.scan.class_ or "no_oversight",
            "urgent" if urgent else "normal",
            None,
            None,
            round(raw, 4),
            self._words(best) if known else (),
            self.found[0][0].elsewhere,
        )

    def _why_not(self, best: Candidate, raw: float) -> tuple[str, ...]:
        """Return the reasons why a person decides."""
        if raw < VAGUE and not self.weighing.tables.get(best.matter.index):
            return why_undecided(self.scan)
        reasons = [about(best.matter, self._words(best))]
        of_matter = sum(one.share for one in self.weighing.candidates if one.matter is best.matter)
        if best.share < of_matter * 0.85:
            reasons.append(why_open(best.matter))
        other = next((one for _, one, _ in self.found[1:] if one.matter is not best.matter), None)
        if other is not None and other.share > 0.1:
            reasons.append(f"Teks juga dapat tentang {other.matter.label}; petugas memastikan yang utama.")
        if len(reasons) == 1:
            reasons.append("Kepastiannya di bawah ambang untuk keputusan otomatis.")
        return tuple(reasons)

    def _alternatives(self, found: list[tuple[Destination, Candidate, float]]) -> tuple[Alternative, ...]:
        """Return the three best candidates of a list. Agencies of the province that are only named come last."""
        probability = self.model.calibration.probability
        best = [
            Alternative(where.authority, where.opd, one.matter.code, where.to, round(probability(raw), 3))
            for where, one, raw in self._varied(found)[:CANDIDATES]
        ]
        for named in (*self.named, *self.scan.agencies):
            code = self.registry.standing(named)
            if code and len(best) < CANDIDATES and code not in {one.opd for one in best}:
                topic = next(m.code for m in self.tables.matters if any(b.opd == named for b in m.branches))
                best.append(Alternative("province", code, topic, None, 0.01))
        return tuple(best)

    def _varied(self, found: list[tuple[Destination, Candidate, float]]) -> list[tuple[Destination, Candidate, float]]:
        """Return candidates worth showing, ordered so that they do not all ask the same.

        While it is open what a text is about, a second authority for the same matter helps less than another matter.
        """
        shares: dict[str, float] = {}
        for one in self.weighing.candidates:
            shares[one.matter.code] = shares.get(one.matter.code, 0.0) + one.share
        open_ones = [entry for entry in found if not entry[1].matter.nothing and entry[2] >= LEAST_SHOWN]
        seen: set[str] = set()
        ranked: list[tuple[float, int]] = []
        for at, (_, one, raw) in enumerate(open_ones):
            again = one.matter.code in seen and shares[one.matter.code] < CLEAR
            seen.add(one.matter.code)
            ranked.append((raw * (AGAIN if again else 1.0), -at))
        return [open_ones[-at] for _, at in sorted(ranked, reverse=True)]
