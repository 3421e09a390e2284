"""The deadlines service: computes when each case is due and decides who must be told when a deadline is missed."""
