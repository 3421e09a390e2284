-- Calendar and policies as they were changed, each version whole; the newest is in force, none means those of the settings.
CREATE TABLE rule_versions (
    version bigint PRIMARY KEY,
    what text NOT NULL,               -- calendar, policies, both
    calendar text NOT NULL,           -- TOML or JSON
    policies text NOT NULL,           -- TOML
    changed_at timestamptz NOT NULL,
    changed_by text NOT NULL,
    why text NOT NULL
);
REVOKE UPDATE, DELETE ON rule_versions FROM {role};

-- The version in force, which cannot change before the asking transaction ends: a change waits for every step that has begun.
CREATE FUNCTION rules_in_force() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('rules'), hashtext(current_schema()));
    RETURN (SELECT coalesce(max(version), 0) FROM rule_versions);
END $$;

-- One row per deadline that ended and per dispute, for the numbers; no word of a citizen.
CREATE TABLE measures (
    key uuid NOT NULL,
    what text NOT NULL,               -- verify, redispatch, respond, resolve, dispute
    run integer NOT NULL,
    opd text NOT NULL,
    topic text NOT NULL,
    ended_at timestamptz NOT NULL,
    outcome text NOT NULL,
    late boolean NOT NULL,
    worked bigint NOT NULL,           -- office seconds without pauses
    paused bigint NOT NULL,           -- office seconds
    pauses integer NOT NULL,
    PRIMARY KEY (key, what, run)
);
CREATE INDEX measures_ended ON measures (ended_at);
