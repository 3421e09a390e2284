-- How a message was last tried, and where an operator's new round of tries began.
ALTER TABLE messages ADD COLUMN approved text; -- the approved WhatsApp template of the last try; null: free text
ALTER TABLE messages ADD COLUMN tries_before integer NOT NULL DEFAULT 0;
CREATE INDEX messages_due_channel ON messages (channel, due, id) WHERE state = 'due';

-- A channel may also rest for a while and go on by itself.
ALTER TABLE stopped_channels ADD COLUMN until timestamptz; -- null: until a person acts

-- Approved WhatsApp templates that nobody may be sent until a person has acted.
CREATE TABLE stopped_templates (
    name text PRIMARY KEY,
    reason text NOT NULL,
    since timestamptz NOT NULL DEFAULT now()
);

-- Addresses that asked to be left alone for a while, or that have gone.
CREATE TABLE stopped_addresses (
    channel text NOT NULL,
    address text NOT NULL,
    until timestamptz, -- null: until an import names it again
    reason text NOT NULL,
    since timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (channel, address)
);

-- Hosts of webhooks that did not answer: asked again ever more rarely, one message at a time.
CREATE TABLE silent_hosts (
    host text PRIMARY KEY,
    failures integer NOT NULL,
    until timestamptz NOT NULL
);

-- Ids that a channel gave to earlier tries: a status that names one of them changes nothing.
CREATE TABLE old_provider_ids (
    provider_id text PRIMARY KEY,
    message uuid NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now()
);
