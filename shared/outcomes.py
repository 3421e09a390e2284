"""The outcomes of an item, and the reasons for which a record is parked. Metrics, tables and the step share them."""

from __future__ import annotations

from typing import Literal

# folded: its changes are committed. repeat: it was folded before. gap: an earlier record is missing. parked: it is kept
# as a dead letter. refused: its caller is told why. ignored: this version knows nothing to do with it.
Outcome = Literal["folded", "repeat", "gap", "parked", "refused", "ignored"]

# gap, behind: it waits for an earlier record. held: another session holds its row. size: it would become too large an
# event. undecodable: nobody can read it. fold: a rule raised. data: Postgres refuses a value.
Reason = Literal["gap", "behind", "held", "size", "undecodable", "fold", "data"]
