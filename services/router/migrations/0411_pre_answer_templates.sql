-- The templates of answers, by OPD. A change adds a row and ends the one before, so that every version is kept.
CREATE TABLE answer_templates (
    version bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id uuid NOT NULL,
    opd text NOT NULL,
    name text NOT NULL,
    text text NOT NULL,
    actor text NOT NULL,
    from_at timestamptz NOT NULL,
    to_at timestamptz,
    ended_by text
);
CREATE UNIQUE INDEX answer_templates_in_force ON answer_templates (opd, id) WHERE to_at IS NULL;
