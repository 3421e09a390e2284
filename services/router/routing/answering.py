"""The decision after the citizen has chosen among the sentences that we offered."""

from __future__ import annotations

from services.router.routing.choices import LEAST_OFFERED, Answer, after_choice, after_none, load_sentences
from services.router.routing.deciding import CANDIDATES, Deciding, Found, key_of
from services.router.routing.decision import Alternative, Decision
from shared.events.fact import Outcome


def decide_after(deciding: Deciding, answer: Answer) -> Decision:
    """Return the decision with the citizen's choice among the offered sentences as further evidence.

    The choice says what the complaint is about. Whose authority that is, the law says as for any other.
    """
    plain = deciding.decision()
    offered = [entry for entry in deciding.found if key_of(entry) in answer.offered]
    before = [deciding.probability(entry) for entry in offered]
    at = next((at for at, entry in enumerate(offered) if key_of(entry) == answer.chosen), None)
    if not offered or (answer.chosen is not None and at is None):
        return plain._replace(choices=())
    if at is None:
        return _none_of(deciding, offered, before, plain)
    where, best, raw = offered[at]
    outcome: Outcome = "assign" if where.opd else "refer"
    probability = round(after_choice(before, at), 3)
    said = f"Pelapor memilih: “{load_sentences()[key_of(offered[at])]}”."
    if probability >= deciding.model.calibration.threshold(outcome) and not where.vacant:
        others = deciding.candidates([entry for entry in deciding.found if entry is not offered[at]])
        settled = deciding.settled(outcome, where, best, raw)
        return settled._replace(
            probability=probability, reasons=(said, where.because, *settled.reasons[2:]), alternatives=others
        )
    chosen = Alternative(where.authority, where.opd, best.matter.code, where.to, probability)
    rest = (1 - probability) / max(1 - before[at], LEAST_OFFERED)
    others = deciding.candidates([entry for entry in deciding.found if entry is not offered[at]], rest)
    return plain._replace(
        outcome="triage",
        authority=None,
        opd=None,
        to=None,
        next_step=None,
        probability=probability,
        reasons=(said, *plain.reasons),
        alternatives=(chosen, *others)[:CANDIDATES],
        topic=best.matter.code,
        choices=(),
    )


def _none_of(deciding: Deciding, offered: list[Found], before: list[float], plain: Decision) -> Decision:
    """Return a triage after the answer that it is none of those offered."""
    fewer, more = after_none(before)
    ranked = [
        *deciding.candidates([entry for entry in deciding.found if entry not in offered], more),
        *deciding.candidates(offered, fewer),
    ]
    ranked.sort(key=lambda one: -one.probability)
    return plain._replace(
        outcome="triage",
        authority=None,
        opd=None,
        to=None,
        next_step=None,
        probability=ranked[0].probability,
        reasons=("Pelapor menyatakan bukan salah satu pilihan yang ditawarkan.", *plain.reasons),
        alternatives=tuple(ranked[:CANDIDATES]),
        choices=(),
    )
