"""Background loops of the router: one module for each."""
