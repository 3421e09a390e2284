-- The list of cases that silence closed and whose citizens are to be called, the oldest first.
CREATE INDEX state_calls ON state ((data->>'call_since'), key) WHERE data->>'call_since' IS NOT NULL;
