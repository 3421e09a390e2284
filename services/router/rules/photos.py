"""The rule of evidence of a topic: for some, an answer that says "fixed" needs a photo of the repair."""

from __future__ import annotations

from services.router.rules.acts import person_of
from services.router.rules.commands import Resolve
from services.router.rules.draft import Draft
from shared.errors import Refused
from shared.reference import in_force
from shared.reference.registry import PhotoRule


class PhotoNeeded(Refused):
    """An answer that says "fixed" needs a photo for this topic."""

    code = "photo_needed"
    status = 422
    message = (
        "Untuk pokok aduan ini, jawaban “diperbaiki” memerlukan foto sesudah perbaikan. Sertakan fotonya, atau pilih "
        "hasil yang lain, misalnya dijadwalkan."
    )

    def __init__(self) -> None:
        super().__init__("this topic needs a photo", field="evidence")


def photo_rule(topic: str | None) -> PhotoRule:
    """Return the rule of a topic that holds today. An unknown topic needs no photo."""
    row = in_force().topics.get(topic or "")
    return row.photo if row is not None else "none"


def check_photo(draft: Draft, command: Resolve) -> None:
    """Raise PhotoNeeded for a repair that no photo shows, if the topic of the case needs one from this sender."""
    rule = photo_rule(draft.case.topic)
    needs = rule == "always" or (rule == "people" and person_of(draft.actor) is not None)
    if command.outcome == "fixed" and needs and not any(one.type.startswith("image/") for one in command.evidence):
        raise PhotoNeeded
