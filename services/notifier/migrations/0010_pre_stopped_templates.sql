-- Approved WhatsApp templates that nobody may be sent until they are approved again or a person has acted.
CREATE TABLE IF NOT EXISTS stopped_templates (
    name text PRIMARY KEY,
    reason text NOT NULL,
    since timestamptz NOT NULL DEFAULT now()
);
