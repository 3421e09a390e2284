-- The list of cases with a voice note that nobody has written down, the oldest first.
CREATE INDEX state_voices ON state ((data->>'voice_since'), key) WHERE data->>'voice_since' IS NOT NULL;
