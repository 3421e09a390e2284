-- The words of the cases that wait for a decision, for the search of the desk.
CREATE INDEX state_words ON state USING gin (
    to_tsvector('indonesian', coalesce(data->>'title', '') || ' ' || coalesce(data->>'text', '') || ' ' || coalesce(data->>'place', ''))
) WHERE data->>'state' = 'verification';
-- The case that each person of the desk has open, so that two of them do not decide the same one.
CREATE TABLE desk_looks (
    reader text PRIMARY KEY,
    name text NOT NULL,
    key uuid NOT NULL,
    at timestamptz NOT NULL
);
