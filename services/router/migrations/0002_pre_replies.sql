-- The list of cases on which a citizen's words wait for a person, the oldest word first.
CREATE INDEX state_unread ON state ((data->>'unread_since'), key) WHERE data->>'unread_since' IS NOT NULL;
