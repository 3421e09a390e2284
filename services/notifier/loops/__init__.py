"""Background loops of the notifier: one module for each."""
