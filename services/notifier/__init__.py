"""Tells everyone who must know: citizens, officers, supervisors, other systems. Every message is a row first."""
