-- A dead letter keeps the first bytes of a large body; these say how long the whole was, and its hash.
ALTER TABLE parked ADD COLUMN whole_bytes bigint;
ALTER TABLE parked ADD COLUMN sha256 bytea;

-- Records that wait because another session held their complaint's row.
CREATE INDEX parked_held ON parked (key) WHERE reason = 'held';
