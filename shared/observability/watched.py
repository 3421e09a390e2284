"""The limits that alerts watch and that a process sees in its own gauges, so that `/readyz` can name them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from prometheus_client import CollectorRegistry


@dataclass(frozen=True, slots=True)
class Limit:
    """A gauge and the value above which its alert fires. ``aged``: the gauge is an instant, and its age counts."""

    metric: str
    over: float = 0
    labels: Mapping[str, str] = field(default_factory=dict)
    aged: bool = False


# By the name of the alert. A test compares each limit with the alert's expression.
LIMITS: Final[Mapping[str, Limit]] = {
    "TanggapAnchorOld": Limit("tanggap_audit_anchored_timestamp_seconds", 93_600, aged=True),
    "TanggapBooksAbsent": Limit("tanggap_books_absent_complaints"),
    "TanggapBooksAhead": Limit("tanggap_books_ahead_keys"),
    "TanggapBooksMissing": Limit("tanggap_books_missing_events"),
    "TanggapBooksNotCompared": Limit("tanggap_books_last_run_timestamp_seconds", 900, aged=True),
    "TanggapChainContradicted": Limit("tanggap_audit_contradicted"),
    "TanggapChannelStopped": Limit("tanggap_channel_stopped"),
    "TanggapFilesWait": Limit("tanggap_media_oldest_waiting_seconds", 3_600),
    "TanggapHeld": Limit("tanggap_held_keys"),
    "TanggapLagging": Limit("tanggap_stream_lag_records", 5_000),
    "TanggapLaporanRejected": Limit("tanggap_laporan_rejected"),
    "TanggapOutboxOld": Limit("tanggap_outbox_age_seconds", 60),
    "TanggapOutboxStuck": Limit("tanggap_outbox_stuck_events"),
    "TanggapParked": Limit("tanggap_parked_records"),
    "TanggapSealingLags": Limit("tanggap_unsealed_age_seconds", 300),
    "TanggapSp4nBehind": Limit("tanggap_sp4n_oldest_waiting_seconds", 900),
    "TanggapSp4nDiffers": Limit("tanggap_sp4n_differences"),
    "TanggapSp4nNotCompared": Limit("tanggap_sp4n_comparison_age_seconds", 172_800),
    "TanggapSp4nPerson": Limit("tanggap_sp4n_waiting", labels={"state": "person"}),
    "TanggapSp4nUnread": Limit("tanggap_sp4n_unread_seconds", 300),
    "TanggapTemplateStopped": Limit("tanggap_template_stopped"),
    "TanggapTopicWithoutOpd": Limit("tanggap_topics_without_opd"),
    "TanggapVoiceNotesLate": Limit("tanggap_voice_notes_late"),
}
_METRICS: Final = sorted({limit.metric for limit in LIMITS.values()})


def exceeded(registry: CollectorRegistry) -> list[str]:
    """Return the names of the alerts whose limit a gauge of this process exceeds now.

    An alert waits for some minutes before it fires. These names come at once.
    """
    samples = [sample for metric in registry.restricted_registry(_METRICS).collect() for sample in metric.samples]
    now = time.time()
    return [
        alert
        for alert, limit in LIMITS.items()
        if any(
            (now - sample.value if limit.aged else sample.value) > limit.over
            for sample in samples
            if sample.name == limit.metric and limit.labels.items() <= sample.labels.items()
        )
    ]
