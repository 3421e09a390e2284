-- The list of cases that came with signs of misuse and are held, the oldest first; a row of older code is on no list.
CREATE INDEX state_held ON state (key) WHERE data->>'held_until' IS NOT NULL;
