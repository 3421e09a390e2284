-- The deadlines of an OPD that helps, by its code. Few cases have helpers.
CREATE INDEX state_helping ON state USING gin ((data->'helping')) WHERE data->'helping' <> '{}'::jsonb;
