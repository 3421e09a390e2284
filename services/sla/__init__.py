"""Keeps the clock: when each case is due, and who must know when it is not met."""
