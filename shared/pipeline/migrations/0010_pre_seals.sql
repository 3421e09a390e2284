-- The chain over the log: one row for each event, written once, in the order of positions. `data` is the digest of the event's
-- data alone, which stays when an erasure blanks the data.
CREATE TABLE seals (
    number bigint PRIMARY KEY,
    position bigint NOT NULL,
    data bytea NOT NULL,
    digest bytea NOT NULL,
    link bytea NOT NULL,
    sealed_at timestamptz NOT NULL DEFAULT now()
);
REVOKE UPDATE, DELETE ON seals FROM {role};

-- What the audit reads. The server computes the digest of the data, so that nobody's words leave it.
CREATE VIEW books_log AS
    SELECT position, id, topic, key, sequence, type, occurred_at, actor, traceparent, recorded_at,
        sha256(convert_to(data::text, 'UTF8')) AS data, data::text = '{"erased":true}' AS blank
    FROM events;
CREATE VIEW books_seals AS SELECT number, position, data, digest, link FROM seals;
GRANT SELECT ON books_log, books_seals TO books;
