-- name: log
-- The events of a service in the order of their positions.
SELECT position, id, topic, key, sequence, type, occurred_at, actor, traceparent, recorded_at, data, blank
FROM {service}.books_log ORDER BY position;

-- name: seals
-- The chain of a service from its beginning.
SELECT number, position, data, digest, link FROM {service}.books_seals ORDER BY number;

-- name: end
-- The end of a service's chain.
SELECT number, link FROM {service}.books_seals ORDER BY number DESC LIMIT 1;

-- name: link_at
-- The link of one number of a service's chain.
SELECT link FROM {service}.books_seals WHERE number = $1;

-- name: erasure_recorded
-- Whether the log of intake says that this key was erased.
SELECT EXISTS (SELECT FROM intake.books_log WHERE key = $1 AND type = ANY($2::text[]));

-- name: sequences
-- The other sequences of a key, one of which a row may have had.
SELECT sequence FROM {service}.books_log WHERE topic = $1 AND key = $2 AND sequence <> $3 ORDER BY sequence LIMIT 10000;

-- name: sealed_elsewhere
-- The position for which a content was sealed.
SELECT position FROM {service}.books_seals WHERE digest = $1 ORDER BY number LIMIT 1;
