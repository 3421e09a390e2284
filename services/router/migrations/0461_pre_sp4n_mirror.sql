-- One row for each complaint that is in SP4N-LAPOR! or is to go there. What must still go stands on the case (`copies`);
-- `head` is the number of the entry that goes next. `unsure_number` is the entry whose last sending may have arrived.
CREATE TABLE sp4n_mirror (
    complaint uuid PRIMARY KEY,
    tracking_id text,
    head integer,
    open boolean NOT NULL,
    state text NOT NULL CHECK (state IN ('due', 'person', 'settled')),
    reason text,
    since timestamptz,
    tries integer NOT NULL DEFAULT 0,
    attempt_at timestamptz NOT NULL DEFAULT now(),
    lease uuid,
    leased_until timestamptz,
    unsure_number integer,
    sent_at timestamptz,
    poll_at timestamptz NOT NULL DEFAULT now(),
    changed_by text,
    changed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX sp4n_mirror_due ON sp4n_mirror (attempt_at) WHERE state = 'due';
CREATE INDEX sp4n_mirror_person ON sp4n_mirror (complaint) WHERE state = 'person';
CREATE INDEX sp4n_mirror_poll ON sp4n_mirror (poll_at) WHERE tracking_id IS NOT NULL;
-- The complaints that came from SP4N before there were rows.
INSERT INTO sp4n_mirror (complaint, tracking_id, head, open, state, since)
SELECT key, data->'external'->>'id', (data->'copies'->0->>'number')::integer,
    NOT (data->>'state' IN ('closed', 'archived') AND coalesce(data->'external'->>'status', '') IN ('closed', 'archived')),
    CASE WHEN data->'copies'->0 IS NULL THEN 'settled' ELSE 'due' END,
    CASE WHEN data->'copies'->0 IS NULL THEN NULL ELSE now() END
FROM state
WHERE data->'external'->>'system' = 'sp4n' AND NOT coalesce((data->>'erased')::boolean, false);
-- The last nightly comparison of both sides.
CREATE TABLE sp4n_comparisons (
    at timestamptz PRIMARY KEY,
    compared integer NOT NULL,
    differences jsonb NOT NULL
);
