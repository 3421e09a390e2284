"""The one step that changes state, and the doors that lead to it. What rules need of it is pure and stands here."""

from shared.pipeline.change import Change, Claim, Command, Done, Item, Out, Tick, Undecodable

__all__ = ["Change", "Claim", "Command", "Done", "Item", "Out", "Tick", "Undecodable"]
