-- The lists of what is due, by who has to meet it, and the look-up by ticket.
CREATE INDEX state_deadline ON state ((data->>'owner'), ((data->>'next_deadline')::bigint), key)
    WHERE data->>'next_deadline' IS NOT NULL;
CREATE INDEX state_ticket ON state ((data->>'ticket')) WHERE data->>'ticket' IS NOT NULL;
