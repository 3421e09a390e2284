"""The chat channels: one form for the messages of all, and the readers of Instagram and SMS. No I/O."""
