-- Which commands were carried out and what their callers are told, for an hour: the answer of a try whose connection broke
-- between COMMIT and its confirmation. Ids sort by time, so the oldest lie together.
CREATE TABLE receipts (
    id uuid PRIMARY KEY,
    answer jsonb NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
