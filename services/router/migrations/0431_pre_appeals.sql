-- The lists of the supervisors: appeals that wait for a decision, and answers with doubted photos, the oldest first.
CREATE INDEX state_appeals ON state ((data->>'appeal_since'), key) WHERE data->>'appeal_since' IS NOT NULL;
CREATE INDEX state_doubted ON state (key) WHERE data->'doubted' <> '[]'::jsonb;
