-- Open cases of one topic and one kecamatan, and the open cases of one person, for the similar cases beside a case.
CREATE INDEX state_alike ON state ((data->>'topic'), (left(data->>'place_code', 8)), key)
    WHERE data->>'state' IN ('verification', 'assigned', 'in_progress', 'awaiting_citizen', 'resolved');
CREATE INDEX state_people ON state USING gin ((data->'contacts'))
    WHERE data->>'state' IN ('verification', 'assigned', 'in_progress', 'awaiting_citizen', 'resolved');
