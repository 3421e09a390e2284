"""The content of an OPD's snapshot of a case: all that the OPD needs, in at most 128 KiB."""

from __future__ import annotations

from typing import Any, Final

from services.router.state import Case
from services.router.state_parts import Helper
from shared.events import opd
from shared.reference import opds
from shared.shortening import json_size, last_within, shortened

# No snapshot is larger. Kafka takes records of eight times this size. The bounds below add up to less.
MAX_BYTES: Final = 131_072
TEXT_BYTES: Final = 44_000
REPLIES: Final = 10
REPLY_BYTES: Final = 4_000
REASONS: Final = 10
REASON_BYTES: Final = 1_200
ATTACHMENTS: Final = 50
ATTACHMENT_BYTES: Final = 16_000
# The parts of helpers take their room from that of the text. Each has so many bytes, and so many files.
PARTS: Final = 5
PARTS_BYTES: Final = 24_000
PART_BYTES: Final = 2_400
TASK_BYTES: Final = 600
PART_FILES: Final = 3
# The bound of each of place, topic, application and name, which are one line each.
LINE_BYTES: Final = 3_000


def snapshot_fields(case: Case) -> dict[str, Any]:
    """Return the fields of a live snapshot beside the head of the case.

    If something was cut, the fields ``…_left_out`` count it, and ``whole`` is the path at which all of it can be read.
    """
    fields: dict[str, Any] = {
        "text": shortened(case.whole_text, TEXT_BYTES - PARTS_BYTES if case.helpers else TEXT_BYTES),
        "place": _line(case.place),
        "place_code": case.place_code,
        "application": _line(case.application),
        "position": case.position,
        "due": opd.Due(respond=case.due_respond, resolve=case.due_resolve),
        "reasons": tuple(shortened(reason, REASON_BYTES) for reason in case.reasons[:REASONS]),
        "replies": tuple(shortened(reply, REPLY_BYTES) for reply in case.replies[-REPLIES:]),
        "attachments": last_within(case.attachments, ATTACHMENTS, ATTACHMENT_BYTES, _size),
        "reporter_name": None if case.anonim else _line(case.reporter_name),
        "parts": tuple(_part(one) for one in case.helpers[-PARTS:]),
        "parts_left_out": len(case.helpers[:-PARTS]),
    }
    replies = max(case.replied, len(case.replies)) - len(fields["replies"])
    attachments = len(case.attachments) - len(fields["attachments"])
    cut = replies > 0 or attachments > 0 or fields["text"] != case.whole_text
    cut = cut or any(
        shown != _part(one, cut=False) for shown, one in zip(fields["parts"], case.helpers[-PARTS:], strict=True)
    )
    cut = cut or fields["parts_left_out"] > 0
    cut = cut or fields["replies"] != case.replies[-REPLIES:] or fields["place"] != case.place
    if cut:
        fields |= {
            "replies_left_out": replies,
            "attachments_left_out": attachments,
            "whole": f"/v1/cases/{case.ticket}",
        }
    return fields


def helper_fields(case: Case, helper: Helper) -> dict[str, Any]:
    """Return the fields that differ in the snapshot of a helper: what it should contribute, and when its part is due.

    It does not learn who the reporter is, and the other parts are for the lead.
    """
    lead = opds()[case.opd].name if case.opd in opds() else "OPD yang akan menangani aduan ini"
    return {
        "role": "helper",
        "lead": case.opd,
        "task": shortened(helper.task, TASK_BYTES * 8),
        "due": opd.Due(respond=helper.due_respond, resolve=helper.due_resolve),
        "reasons": (shortened(f"OPD Anda diminta membantu {lead}: {helper.task}", REASON_BYTES),),
        "reporter_name": None,
        "parts": (),
        "parts_left_out": 0,
    }


def _part(one: Helper, *, cut: bool = True) -> opd.HelperPart:
    """Return the part of a helper as the lead reads it, shortened if ``cut``."""
    text = one.part if one.part is None or not cut else shortened(one.part, PART_BYTES)
    return opd.HelperPart(
        opd=one.opd,
        assignment_id=one.assignment_id,
        task=shortened(one.task, TASK_BYTES) if cut else one.task,
        text=text,
        outcome=one.outcome,
        evidence=one.evidence[:PART_FILES] if cut else one.evidence,
    )


def snapshot_topic(case: Case) -> str | None:
    """Return the topic of the case, shortened, because another system may have written it."""
    return _line(case.topic)


def _line(text: str | None) -> str | None:
    return None if text is None else shortened(text, LINE_BYTES)


def _size(attachment: Any) -> int:
    return json_size(attachment) + 1
