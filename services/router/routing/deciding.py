"""The decision on one weighed text: the destinations, their probabilities, and what is automatic."""

from __future__ import annotations

from services.router.routing.choices import LEAST_OFFERED, Choice, is_worth_asking, load_sentences
from services.router.routing.decision import Alternative, Decision
from services.router.routing.destination import Destination, destination_of, heads_for_ikn
from services.router.routing.functions import load_functions
from services.router.routing.lexicon import Lexicon
from services.router.routing.model import Model
from services.router.routing.ranking import ENOUGH
from services.router.routing.reasons import about, weak_reasons, why_open, why_undecided
from services.router.routing.text_scan import TextScan
from services.router.routing.weighing import Candidate, Weighing
from shared.events.fact import Authority, Outcome
from shared.reference.registry import Table

# The raw certainty is at most this if the writer means several matters that go to different places.
SEVERAL = 0.5
# A less likely candidate makes room for an agency that the text names.
LEAST_BESIDE_NAMED = 0.05
# From this raw certainty on a matter is likelier than all others together.
LIKELY = 0.5
# Below this certainty we do not say that we know what a text is about.
VAGUE = 0.15
CANDIDATES = 3
# Candidates below this share are not shown. From this share on it is clear which kind of agency works on a text.
LEAST_SHOWN, CLEAR = 0.001, 0.8
# Factor for a second candidate of the same kind of agency while that is not clear.
AGAIN = 0.3

# A destination with its likeliest candidate, and the raw certainty of all that lead there.
Found = tuple[Destination, Candidate, float]


def kind_of(topic: str) -> str:
    """Return the kind of agency that works on a topic, or the topic itself if no source knows one."""
    return load_functions()[topic][0] or topic


def key_of(entry: Found) -> tuple[str, Authority]:
    """Return topic and branch of what leads there, as the citizen chooses them."""
    return entry[1].matter.code, entry[1].branch.authority


class Deciding:
    """The decision on one weighed text.

    ``apart``: the text has two parts, and each alone would be decided for another body.
    """

    def __init__(
        self,
        tables: Lexicon,
        model: Model,
        scan: TextScan,
        weighing: Weighing,
        named: list[str],
        registry: Table,
        *,
        apart: bool = False,
    ) -> None:
        self.apart, self.registry = apart, registry
        self.tables, self.model, self.scan, self.weighing, self.named = tables, model, scan, weighing, named
        self._plain_kind: dict[tuple[str, str | None], str] = {}
        self.found = self._merged()

    def _merged(self) -> list[Found]:
        """Return each destination with its likeliest candidate and the raw certainty of all that lead there."""
        inside = heads_for_ikn(self.tables, self.scan, self.weighing.tables)
        merged: dict[tuple[str, ...], Found] = {}
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
        if self.apart or (self.scan.several and self._means_another(best)):
            raw = min(raw, SEVERAL)
        outcome: Outcome = "assign" if where.opd else "refer"
        probability = self.model.calibration.probability(raw)
        spoken = self.weighing.tables.get(best.matter.index, 0.0) > 0
        alone = spoken or self.model.calibration.may_decide_alone(self._class_of(best))
        if probability < self.model.calibration.threshold(outcome) or not alone:
            return self._triage(raw, self._why_not(best, raw))
        return self.settled(outcome, where, best, raw)

    def leads_to(self) -> tuple[str, ...] | None:
        """Return the body to which the text leads by itself, with its kind outside our OPDs, or None if that is open.

        It leads there if it is decided, or if the likeliest matter is named in a plain word and likelier than not.
        """
        where, best, raw = self.found[0]
        plain = self.weighing.tables.get(best.matter.index, 0.0) >= ENOUGH and raw >= LIKELY
        if self.decision().outcome == "triage" and not plain:
            return None
        return (where.opd or "", where.to or "", "" if where.opd else kind_of(best.matter.code))

    def _offered(self) -> tuple[Choice, ...]:
        """Return the sentences among which the citizen may choose, or none if the answer could not decide."""
        found = [one for one in self._varied(self.found)[:CANDIDATES] if self.probability(one) >= LEAST_OFFERED]
        # Inside the IKN and in another province the sentences say nothing of who is responsible.
        # A topic without an OPD is put before a person, whatever the citizen says.
        closed = any(where.elsewhere or where.authority == "ikn" or where.vacant for where, _, _ in found)
        if self.apart or self.scan.several or closed:
            return ()
        needed = [self.model.calibration.threshold("assign" if where.opd else "refer") for where, _, _ in found]
        if not is_worth_asking([self.probability(entry) for entry in found], needed):
            return ()
        return tuple(Choice(*key_of(entry), load_sentences()[key_of(entry)]) for entry in found)

    def probability(self, entry: Found) -> float:
        """Return the probability of a candidate."""
        return self.model.calibration.probability(entry[2])

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

    def settled(self, outcome: Outcome, where: Destination, best: Candidate, raw: float) -> Decision:
        """Return the assignment to an OPD, or the referral."""
        words = self._words(best)
        step = None if where.opd else f"Sampaikan kepada {where.to}, langsung atau lewat SP4N-LAPOR! (lapor.go.id)."
        return Decision(
            outcome,
            where.authority,
            where.opd,
            round(self.model.calibration.probability(raw), 3),
            (about(best.matter, words), where.because, *weak_reasons(self.scan, self.named)),
            self.candidates(self.found[1:], taken=kind_of(best.matter.code)),
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
        where, best, _ = self.found[0]
        known = raw >= VAGUE or self.weighing.tables.get(best.matter.index, 0.0) > 0
        urgent = self.scan.urgent or (best.matter.urgent and self.weighing.tables.get(best.matter.index, 0.0) > 0)
        return Decision(
            "triage",
            None,
            None,
            round(self.model.calibration.probability(raw), 3),
            (*reasons, *weak_reasons(self.scan, self.named)),
            () if best.matter.nothing else self.candidates(self.found),
            best.matter.code if known else None,
            self.scan.class_ or "no_oversight",
            "urgent" if urgent else "normal",
            None,
            None,
            round(raw, 4),
            self._words(best) if known else (),
            where.elsewhere,
            () if best.matter.nothing else self._offered(),
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

    def candidates(self, found: list[Found], factor: float = 1.0, taken: str = "") -> tuple[Alternative, ...]:
        """Return the three best candidates of a list. Agencies of the province that are only named come last.

        ``factor``: what the citizen's choice makes of their probabilities. ``taken``: the kind of agency before them.
        """
        probability = self.model.calibration.probability
        best = [
            Alternative(
                where.authority, where.opd, one.matter.code, where.to, round(min(1.0, probability(raw) * factor), 3)
            )
            for where, one, raw in self._varied(found, taken)[:CANDIDATES]
        ]
        shown = {one.opd for one in best}
        named = [one for one in (*self.named, *self.scan.agencies) if self.registry.standing(one) not in {None, *shown}]
        if named and len(best) == CANDIDATES and best[-1].probability < LEAST_BESIDE_NAMED:
            best.pop()
        for one in named[: CANDIDATES - len(best)]:
            topic = next(m.code for m in self.tables.matters if any(b.opd == one for b in m.branches))
            best.append(Alternative("province", self.registry.standing(one), topic, None, 0.01))
        return tuple(best)

    def _varied(self, found: list[Found], taken: str = "") -> list[Found]:
        """Return candidates worth showing, ordered so that they do not all ask the same.

        While the kind of agency is open, another kind helps more than a second authority or matter of the same.
        ``taken``: the kind that is shown before these.
        """
        open_ones = [entry for entry in found if not entry[1].matter.nothing and entry[2] >= LEAST_SHOWN]
        sums: dict[str, float] = {}
        for _, one, raw in open_ones:
            kind = kind_of(one.matter.code)
            sums[kind] = sums.get(kind, 0.0) + raw
        seen = {taken}
        ranked: list[tuple[float, int]] = []
        for at, (_, one, raw) in enumerate(open_ones):
            kind = kind_of(one.matter.code)
            again = kind in seen and sums[kind] < CLEAR
            seen.add(kind)
            ranked.append((raw * (AGAIN if again else 1.0), -at))
        order = [open_ones[-at] for _, at in sorted(ranked, reverse=True)]
        return self._with_learned(order, taken) if max(sums.values(), default=1.0) < CLEAR else order

    def _with_learned(self, order: list[Found], taken: str) -> list[Found]:
        """Return the candidates with the last that is shown from the kind of agency that the prior alone finds.

        The tables know phrases, and the prior knows words: where both are unsure, each errs in its own way. A candidate
        that the tables name in a plain word stays.
        """
        last = order[CANDIDATES - 1 :][:1]
        if last and self.weighing.tables.get(last[0][1].matter.index, 0.0) >= ENOUGH:
            return order
        kinds = [taken, *(kind_of(entry[1].matter.code) for entry in order)]
        shown = set(kinds[:CANDIDATES])
        for name in self.weighing.favoured:
            if name in shown:
                continue
            if name in kinds:
                order.insert(CANDIDATES - 1, order.pop(kinds.index(name) - 1))
            break
        return order
