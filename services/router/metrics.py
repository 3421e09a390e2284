"""The router's own metrics, with the prefix `tanggap_`. They have no labels."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Gauge


class VoiceGauges:
    """The gauges of the cases with a voice note that nobody has written down."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.waiting = Gauge(
            "tanggap_voice_notes_waiting", "Cases with a voice note that nobody has written down", registry=registry
        )
        self.late = Gauge(
            "tanggap_voice_notes_late", "Those of them that are beyond four working hours", registry=registry
        )
