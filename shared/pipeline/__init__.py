"""The pipeline: from an item to committed state and events, in one transaction."""

from shared.pipeline.change import Change, Fold, Out
from shared.pipeline.items import Attempt, Claim, Command, Item, Tick, Undecodable

__all__ = ["Attempt", "Change", "Claim", "Command", "Fold", "Item", "Out", "Tick", "Undecodable"]
