"""Pure rules: the recipients of a fact, the time at which a message may go out, and the step after a try."""
