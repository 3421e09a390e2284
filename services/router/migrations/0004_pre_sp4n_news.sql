-- The list of what SP4N tells otherwise than we do; a row of older code has no such field and is on no list.
CREATE INDEX state_news ON state (key) WHERE data->'news' <> '[]'::jsonb;
