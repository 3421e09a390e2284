"""The Kafka door: the cases of the router feed the clocks; which fact moves which clock stands in `rules.facts`."""

from shared.events.catalogue import read_by

STREAMS = read_by("sla")
