-- Changes of fields that nobody reads were parked for ever; they are counted and dropped now, and those parked are given up alike.
UPDATE parked SET discarded_at = now(), discarded_by = 'migration 0008', discarded_why = 'a webhook field that is only counted',
    body = NULL, raw_key = NULL
WHERE topic = 'webhook.whatsapp' AND detail LIKE 'change of field % is not read' AND discarded_at IS NULL;
