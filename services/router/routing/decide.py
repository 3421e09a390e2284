"""The routing decision: a pure function from a text to an authority and an OPD, with its reasons in Indonesian.

The stages: `tidying` takes out what stands beside the matter, and `text_scan` reads the rest. `weighing` puts all
evidence together, and `destination` asks law and place who is responsible. UU 23/2014 divides the authorities, and the
branches of each matter in `services/router/routing/data/matters/*.toml` follow it. Below the threshold of its outcome a
person decides: a wrong OPD costs the citizen more than a day in triage.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.router.routing.answering import decide_after
from services.router.routing.choices import Answer
from services.router.routing.deciding import Deciding
from services.router.routing.decision import Decision
from services.router.routing.lexicon import Lexicon, lexicon
from services.router.routing.model import Model, shipped
from services.router.routing.ranking import ENOUGH, rank_matters
from services.router.routing.text_scan import scan_text
from services.router.routing.tidying import tidy
from services.router.routing.weighing import weigh
from shared.reference import in_force
from shared.reference.registry import Table

# Log-odds of a topic that the channel's category names, and of one that the agency chosen in another system works on.
CATEGORY = 2.5
# Words by which a writer goes on to a second matter, and the fewest words that tell one.
JOINT = re.compile(
    r"\b(?:selain itu|di ?samping itu|satu lagi|sekalian (?:saya )?(?:mau )?lapor|masalah lain(?:nya)?)\b",
    re.IGNORECASE,
)
LEAST_WORDS = 4
GIVEN = 1.0


def decide(
    text: str,
    place: str | None = None,
    *,
    given_to: str | None = None,
    category: str | None = None,
    model: Model | None = None,
    answer: Answer | None = None,
    registry: Table | None = None,
) -> Decision:
    """Decide where one complaint belongs.

    ``given_to``: the name of the agency to which another system (SP4N) gave it. ``category``: the category that the
    channel gave, ours or in words of its own. Both are one reason among others. ``model``: the model to use instead of
    the shipped one. ``answer``: what the citizen chose among the sentences that we offered. ``registry``: the table of
    OPDs and topics to use instead of the one in force.
    """
    model, registry = model or shipped(), registry or in_force()
    apart = _lead_apart(text, place, model, registry)
    deciding = _weighed(text, place, model, registry, given_to=given_to, category=category, apart=apart)
    return deciding.decision() if answer is None else decide_after(deciding, answer)


def _weighed(
    text: str,
    place: str | None,
    model: Model,
    registry: Table,
    *,
    given_to: str | None = None,
    category: str | None = None,
    apart: bool = False,
) -> Deciding:
    """Read and weigh a text. ``apart``: its two parts lead to different bodies."""
    tables = lexicon()
    tidied = tidy(text, tables.place_starts)
    scan = scan_text(tables, tidied, place)
    if not scan.matter and not scan.agencies:
        scan = scan_text(tables, text, place)
    named = scan_text(tables, given_to, None).agencies if given_to else []
    weighing = weigh(tables, model, scan, tidied, _favoured(tables, named, category, registry))
    return Deciding(tables, model, scan, weighing, named, registry, apart=apart)


def _lead_apart(text: str, place: str | None, model: Model, registry: Table) -> bool:
    """Return whether the writer joins two matters, and each alone leads to another body.

    The parts are not divided again, so that a text costs three readings at most, however many matters it joins.
    """
    parts = JOINT.split(text, maxsplit=1)
    if any(len(part.split()) < LEAST_WORDS for part in parts) or len(parts) == 1:
        return False
    first, second = (_weighed(part, place, model, registry).leads_to() for part in parts)
    return first is not None and second is not None and first != second


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
