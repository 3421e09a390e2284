"""HTTP: application, problem documents, keys, sessions, signatures, the server."""
