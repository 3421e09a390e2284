"""Background loops of intake: one module for each."""
