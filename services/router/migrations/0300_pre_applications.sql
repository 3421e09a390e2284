-- The look-up of the cases about one application for a permit, the oldest first.
CREATE INDEX state_application ON state ((data->>'application'), key) WHERE data->>'application' IS NOT NULL;
