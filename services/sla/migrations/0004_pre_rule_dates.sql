-- What each version of the rules took from installed libraries, resolved: holidays and the zone's rules. Version 0 has a row in
-- rule_versions from now on: the files that the service was first started with.
CREATE TABLE rule_dates (
    version bigint PRIMARY KEY,
    holidays jsonb NOT NULL,          -- date to name, of every year that the calendar covers
    zone bytea NOT NULL,              -- the zone's rules, a TZif file
    library text NOT NULL,            -- the release that gave the holidays
    digest text NOT NULL,             -- SHA-256 over holidays and zone
    fixed_at timestamptz NOT NULL DEFAULT now()
);
REVOKE UPDATE, DELETE ON rule_dates FROM {role};
