"""The step, which alone changes state, and the doors that lead to it.

This module exports the plain values that rules use.
"""

from shared.pipeline.change import Change, Claim, Command, Done, Item, Out, Tick, Undecodable

__all__ = ["Change", "Claim", "Command", "Done", "Item", "Out", "Tick", "Undecodable"]
