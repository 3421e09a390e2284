-- Who must be told of what; a row waits here until an address for it is known, then becomes messages.
CREATE TABLE notices (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event uuid NOT NULL,
    complaint uuid,
    audience text NOT NULL,
    opd text,
    contact uuid,
    kind text NOT NULL,
    occurred_at timestamptz NOT NULL, -- domain time, as due
    due timestamptz NOT NULL,
    at_once boolean NOT NULL,
    facts jsonb NOT NULL,
    look_at timestamptz NOT NULL DEFAULT now(), -- wall time
    looks integer NOT NULL DEFAULT 0,
    made_at timestamptz NOT NULL DEFAULT now()
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
CREATE INDEX notices_look ON notices (look_at);
CREATE INDEX notices_contact ON notices (contact) WHERE contact IS NOT NULL;
CREATE INDEX notices_complaint ON notices (complaint) WHERE complaint IS NOT NULL;

-- Every message to everyone, before it is sent and after.
CREATE TABLE messages (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    position bigint GENERATED ALWAYS AS IDENTITY, -- in the order in which things were to be told
    event uuid NOT NULL,
    complaint uuid,
    contact uuid,
    audience text NOT NULL,
    recipient text NOT NULL,          -- contact:<id> or <audience>:<address id>
    channel text NOT NULL,
    address text,                     -- null once erased
    template text NOT NULL,
    occurred_at timestamptz NOT NULL, -- domain time, as due
    due timestamptz NOT NULL,
    at_once boolean NOT NULL,
    facts jsonb NOT NULL,
    state text NOT NULL DEFAULT 'due' CHECK (state IN (
        'due', 'sending', 'unsure', 'carried', 'sent', 'delivered', 'read', 'given_up', 'suppressed', 'acknowledged')),
    tries integer NOT NULL DEFAULT 0,
    attempt_at timestamptz NOT NULL DEFAULT now(), -- wall time, as all that follows
    first_try timestamptz,
    leased_until timestamptz,
    as_template boolean NOT NULL DEFAULT false,
    carrier uuid REFERENCES messages (id),
    provider_id text,
    code integer,
    reason text,
    note text,                        -- what a person wrote who dealt with it
    made_at timestamptz NOT NULL DEFAULT now(),
    changed_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((state = 'sending') = (leased_until IS NOT NULL)),
    CHECK ((state = 'carried') <= (carrier IS NOT NULL)),
    UNIQUE (event, recipient, channel, template)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX messages_due ON messages (due, id) WHERE state = 'due';
CREATE INDEX messages_person ON messages (channel, address) WHERE state IN ('due', 'sending');
CREATE INDEX messages_leased ON messages (leased_until) WHERE state = 'sending';
CREATE INDEX messages_unsure ON messages (attempt_at) WHERE state = 'unsure';
CREATE INDEX messages_given_up ON messages (changed_at, id) WHERE state = 'given_up';
CREATE INDEX messages_carried ON messages (carrier) WHERE state = 'carried';
CREATE INDEX messages_carrier ON messages (carrier) WHERE carrier IS NOT NULL;
CREATE INDEX messages_provider ON messages (provider_id) WHERE provider_id IS NOT NULL;
CREATE INDEX messages_complaint ON messages (complaint);
CREATE INDEX messages_contact ON messages (contact) WHERE contact IS NOT NULL;

-- What channels said became of our messages, until it has been folded.
CREATE TABLE statuses (
    event uuid PRIMARY KEY,
    provider_id text NOT NULL,
    message uuid,
    status text NOT NULL,
    at timestamptz NOT NULL,
    code integer,
    look_at timestamptz NOT NULL DEFAULT now(),
    looks integer NOT NULL DEFAULT 0
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
CREATE INDEX statuses_look ON statuses (look_at);
CREATE INDEX statuses_message ON statuses (message) WHERE message IS NOT NULL;

-- Officers and supervisors: imported, each with one way to reach them.
CREATE TABLE addresses (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    audience text NOT NULL CHECK (audience IN ('officer', 'head', 'inspektorat', 'sekda', 'governor', 'admin')),
    opd text,
    name text NOT NULL,
    channel text NOT NULL CHECK (channel IN ('whatsapp', 'email', 'webhook')),
    address text NOT NULL,
    secret text,                      -- of a webhook; null: the service's own
    active boolean NOT NULL DEFAULT true,
    imported_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((opd IS NOT NULL) = (audience IN ('officer', 'head')))
);
CREATE UNIQUE INDEX addresses_one ON addresses (audience, coalesce(opd, ''), channel, address);

-- Channels that stand still until a person has looked: account, payment or token refused.
CREATE TABLE stopped_channels (
    channel text PRIMARY KEY,
    reason text NOT NULL,
    since timestamptz NOT NULL DEFAULT now()
);
