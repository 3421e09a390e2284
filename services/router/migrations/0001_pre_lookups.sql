-- The look-up by ticket, each desk's and each OPD's queue (a complaint id sorts by time), and the list of what SP4N must be told.
CREATE INDEX state_ticket ON state ((data->>'ticket')) WHERE data->>'ticket' IS NOT NULL;
CREATE INDEX state_desk ON state ((data->>'desk'), (data->>'priority') DESC, key) WHERE data->>'state' = 'verification';
CREATE INDEX state_opd ON state ((data->>'opd'), (data->>'state'), key) WHERE data->>'opd' IS NOT NULL;
CREATE INDEX state_copies ON state (key) WHERE data->'copies' <> '[]'::jsonb;
