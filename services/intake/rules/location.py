"""The rule that gives a complaint the official code of its place."""

from __future__ import annotations

from shared.events.submissions import ComplaintContent
from shared.reference.place_names import place_code_of


def located(content: ComplaintContent) -> ComplaintContent:
    """Return the content with the code of the place that its words name. A code that was chosen stays."""
    if content.place_code is not None:
        return content
    words = f"{content.title}\n{content.text}" if content.title else content.text
    code = place_code_of(content.place, words)
    return content if code is None else content.model_copy(update={"place_code": code})
