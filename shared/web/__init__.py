"""HTTP: the application, problem documents, keys, sessions, signatures and the server."""
