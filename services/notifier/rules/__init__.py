"""Pure rules: the fold and its handlers, recipients, send windows, statuses, and the step after a try."""
