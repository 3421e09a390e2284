-- name: case_by_key
-- One case's clocks by its complaint id.
SELECT key, data FROM state WHERE key = $1 AND data IS NOT NULL;

-- name: case_by_ticket
-- One case's clocks by its ticket.
SELECT key, data FROM state WHERE data->>'ticket' = $1;

-- name: deadlines_of
-- What one OPD, or the triage desk, has to meet from one instant until before another, earliest first, after a cursor.
SELECT key, data, (data->>'next_deadline')::bigint AS due
FROM state
WHERE data->>'next_deadline' IS NOT NULL AND data->>'owner' = $1
    AND ((data->>'next_deadline')::bigint, key) > ($2::bigint, $3::uuid) AND (data->>'next_deadline')::bigint < $4
ORDER BY (data->>'next_deadline')::bigint, key LIMIT $5;
