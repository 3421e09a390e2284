"""Pure: who is told of what, when it may go out, what follows a try."""
