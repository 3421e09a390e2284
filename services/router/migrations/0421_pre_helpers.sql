-- The cases that an OPD helps. Few cases have helpers.
CREATE INDEX state_helpers ON state USING gin ((data->'helpers') jsonb_path_ops) WHERE data->'helpers' <> '[]'::jsonb;
