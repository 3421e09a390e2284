-- The epoch of each writer (docs/adr/0040-an-epoch-per-writer.md). A service sends its own with each event. Of another writer it
-- is the lowest whose events count. A writer without a row was never restored. Only `python -m deploy.backup mark-restored` writes.
CREATE TABLE epochs (
    writer text PRIMARY KEY,
    epoch bigint NOT NULL,
    begun_at timestamptz NOT NULL DEFAULT now()
);
REVOKE INSERT, UPDATE, DELETE ON epochs FROM {role};

-- What this service had sent before a restore and has no more in its log: a list for people. It holds nobody's words.
CREATE TABLE forgotten (
    id uuid PRIMARY KEY,              -- of the event, as it was sent
    topic text NOT NULL,
    key uuid NOT NULL,
    type text NOT NULL,
    occurred_at timestamptz NOT NULL,
    ticket text,
    detail text,                      -- channel and template of a message
    epoch bigint NOT NULL,            -- the first that does not know it
    found_at timestamptz NOT NULL DEFAULT now(),
    settled_at timestamptz,
    settled_by text,
    settled_why text
);
REVOKE INSERT, UPDATE, DELETE ON forgotten FROM {role};
-- Without what came back, such as an answer of an OPD that was read again: it happens at the same instant.
CREATE VIEW books_forgotten AS
    SELECT id, topic, key, type, occurred_at, ticket, detail, epoch FROM forgotten AS f
    WHERE settled_at IS NULL AND NOT EXISTS (
        SELECT FROM events AS e
        WHERE e.topic = f.topic AND e.key = f.key AND e.type = f.type AND e.occurred_at = f.occurred_at);
CREATE VIEW books_positions AS SELECT topic, partition, next FROM offsets;
GRANT SELECT ON books_forgotten, books_positions TO books;
