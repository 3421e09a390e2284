-- The tables every service has. Run by the schema's owner; {role} is the service's own role.
ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role};
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO {role};

-- What is remembered of a complaint or contact: one row, guarded by its version.
CREATE TABLE state (
    key uuid PRIMARY KEY,
    version bigint NOT NULL,
    read jsonb NOT NULL,              -- topic -> last sequence folded
    written jsonb NOT NULL,           -- topic -> last sequence written
    waiting boolean NOT NULL,         -- has parked records
    due_at timestamptz,               -- the next timer, domain time
    data jsonb                        -- the service's own state; null until something was folded
) WITH (fillfactor = 70);
CREATE INDEX state_due ON state (due_at) WHERE due_at IS NOT NULL;

-- Outbox content, history and audit trail in one: append-only.
CREATE TABLE events (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id uuid NOT NULL,
    topic text NOT NULL,
    key uuid NOT NULL,
    sequence bigint NOT NULL,
    type text NOT NULL,
    occurred_at timestamptz NOT NULL,
    actor text NOT NULL,
    traceparent text,
    data json NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (topic, key, sequence)
);
CREATE INDEX events_key ON events (key, position);
REVOKE UPDATE, DELETE ON events FROM {role};

-- Positions not yet relayed; ``stuck`` says why a row cannot be sent: it holds back the later ones of its key.
CREATE TABLE outbox (
    position bigint PRIMARY KEY,
    stuck text
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
CREATE INDEX outbox_stuck ON outbox (position) WHERE stuck IS NOT NULL;

-- Identities that callers bring, as keyed hashes: a repeat finds the first answer.
CREATE TABLE claims (
    scope text NOT NULL,
    token text NOT NULL,
    digest text NOT NULL,
    key uuid NOT NULL,
    answer jsonb NOT NULL,
    claimed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (scope, token)
);

-- How far each partition has been handled, saved with the effects.
CREATE TABLE offsets (
    topic text NOT NULL,
    partition integer NOT NULL,
    next bigint NOT NULL,
    PRIMARY KEY (topic, partition)
) WITH (fillfactor = 50);

-- Records that could not be folded yet, with all that is needed to try again.
CREATE TABLE parked (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic text NOT NULL,
    partition integer NOT NULL,
    "offset" bigint NOT NULL,
    appended_at timestamptz NOT NULL,
    key uuid,
    sequence bigint,
    raw_key bytea,
    headers jsonb NOT NULL,
    body bytea,
    reason text NOT NULL,
    detail text NOT NULL,
    parked_at timestamptz NOT NULL DEFAULT now(),
    discarded_at timestamptz,
    discarded_by text,
    discarded_why text,
    UNIQUE (topic, partition, "offset"),
    UNIQUE (topic, key, sequence)
);
CREATE INDEX parked_key ON parked (key) WHERE discarded_at IS NULL;

-- Keys of callers: only a hash is kept.
CREATE TABLE keys (
    id uuid PRIMARY KEY,
    prefix text NOT NULL UNIQUE,
    hash bytea NOT NULL,
    owner text NOT NULL,
    role text NOT NULL,
    opd text,
    created_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz
);

-- Who read personal data of which complaint, and why.
CREATE TABLE reads (
    at timestamptz NOT NULL DEFAULT now(),
    actor text NOT NULL,
    key uuid NOT NULL,
    why text NOT NULL
);
CREATE INDEX reads_key ON reads (key);

-- The books: what was last written and last read of every stream.
CREATE VIEW books_written AS
    SELECT entry.key AS topic, state.key, entry.value::bigint AS last
    FROM state, jsonb_each_text(state.written) AS entry;
CREATE VIEW books_read AS
    SELECT entry.key AS topic, state.key, entry.value::bigint AS last
    FROM state, jsonb_each_text(state.read) AS entry;
CREATE VIEW books_parked AS
    SELECT topic, key, sequence, reason FROM parked WHERE discarded_at IS NULL;
CREATE VIEW books_lines AS
    SELECT key, read, written FROM state;
GRANT SELECT ON books_written, books_read, books_parked, books_lines TO books;

-- The erasure procedure: the only way in which what was logged can change.
CREATE FUNCTION erase_keys(erased uuid[]) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    blanked bigint;
BEGIN
    EXECUTE format('DELETE FROM %I.parked WHERE key = ANY($1)', '{role}') USING erased;
    EXECUTE format('UPDATE %I.events SET data = ''{"erased":true}'' WHERE key = ANY($1) AND data::text <> ''{"erased":true}''', '{role}')
        USING erased;
    GET DIAGNOSTICS blanked = ROW_COUNT;
    RETURN blanked;
END $$;
REVOKE ALL ON FUNCTION erase_keys(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION erase_keys(uuid[]) TO {role};

-- Who vacuums must own: the relay vacuums its outbox itself.
GRANT CREATE ON SCHEMA {role} TO {role};
ALTER TABLE outbox OWNER TO {role};
REVOKE CREATE ON SCHEMA {role} FROM {role};
