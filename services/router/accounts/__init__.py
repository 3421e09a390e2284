"""The accounts of the people who work on complaints: who they are, how they sign in, and their open sessions."""
