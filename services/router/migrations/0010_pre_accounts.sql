-- The people who work on complaints. The second factor's secret is sealed; passwords, links and codes are kept as hashes.
CREATE TABLE accounts (
    id uuid PRIMARY KEY,
    email text NOT NULL UNIQUE CHECK (email = lower(email)),
    name text NOT NULL,
    roles text[] NOT NULL,
    opd text,
    password text,
    second bytea,
    -- The last time step whose code was used, so that a code works once.
    second_step bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    disabled_at timestamptz
);
-- A session waits for the second factor until `whole`.
CREATE TABLE account_sessions (
    hash bytea PRIMARY KEY,
    id uuid NOT NULL UNIQUE,
    account uuid NOT NULL REFERENCES accounts (id),
    whole boolean NOT NULL,
    agent text NOT NULL,
    opened_at timestamptz NOT NULL DEFAULT now(),
    seen_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);
CREATE INDEX account_sessions_account ON account_sessions (account);
CREATE INDEX account_sessions_expires ON account_sessions (expires_at);
-- A link sets a password, once, until it expires.
CREATE TABLE account_links (
    hash bytea PRIMARY KEY,
    account uuid NOT NULL REFERENCES accounts (id),
    purpose text NOT NULL CHECK (purpose IN ('invitation', 'reset')),
    expires_at timestamptz NOT NULL
);
CREATE INDEX account_links_account ON account_links (account);
-- Recovery codes stand in for the second factor, each once.
CREATE TABLE account_codes (
    account uuid NOT NULL REFERENCES accounts (id),
    hash bytea NOT NULL,
    PRIMARY KEY (account, hash)
);
-- Who did what to which account. Rows are only ever added.
CREATE TABLE account_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    account uuid NOT NULL REFERENCES accounts (id),
    actor text NOT NULL,
    what text NOT NULL,
    detail text NOT NULL DEFAULT ''
);
CREATE INDEX account_log_account ON account_log (account, id);
REVOKE UPDATE, DELETE, TRUNCATE ON account_log FROM {role};
