"""The streams that this service reads: the router's cases. `rules.facts` says which fact moves which clock."""

from shared.events.catalogue import read_by

STREAMS = read_by("sla")
