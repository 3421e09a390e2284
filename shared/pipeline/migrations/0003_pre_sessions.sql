-- Sessions of pages: of the cookie only a hash is kept. Log-out deletes the row, so that a copy of the cookie ends too.
CREATE TABLE sessions (
    hash bytea PRIMARY KEY,
    prefix text NOT NULL,               -- of the key it was opened with; a revoked key ends its sessions
    opened_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);
CREATE INDEX sessions_expires_at ON sessions (expires_at);
