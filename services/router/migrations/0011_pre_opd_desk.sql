-- The list of an OPD's cases, the one that is due first on top.
CREATE INDEX state_opd_due ON state ((data->>'opd'), (coalesce(data->>'due_resolve', '~')), key)
    WHERE data->>'state' IN ('assigned', 'in_progress', 'awaiting_citizen', 'resolved');
