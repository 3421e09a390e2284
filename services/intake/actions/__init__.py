"""The work behind intake's doors: it loads, composes commands and commits them."""
