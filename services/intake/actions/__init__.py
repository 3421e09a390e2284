"""The work behind intake's routes, pages and commands: it loads, composes commands and commits them."""
