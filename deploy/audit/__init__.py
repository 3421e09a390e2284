"""The audit: compare the log of every service with its chain, and the chain with the anchors outside the database."""
