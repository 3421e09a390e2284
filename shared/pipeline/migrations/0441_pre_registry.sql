-- The registry of OPDs and topics, each version whole; the newest is in force. The router writes it, the others keep what they hear.
CREATE TABLE registry_versions (
    version bigint PRIMARY KEY,
    content jsonb NOT NULL,           -- opds and topics with all their periods
    changes text[] NOT NULL,          -- the differences in words
    changed_at timestamptz NOT NULL,
    changed_by text NOT NULL,
    why text NOT NULL
);
REVOKE UPDATE, DELETE ON registry_versions FROM {role};
