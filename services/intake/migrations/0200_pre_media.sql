-- Files of citizens: one row for each file that was sent. The bytes lie in a folder or bucket, under the hash of their content.
CREATE TABLE media (
    id uuid PRIMARY KEY,
    owner text NOT NULL,                -- the owner of the key that sent the file, or whatsapp
    state text NOT NULL CHECK (state IN ('awaited', 'kept', 'refused', 'erased')),
    reason text,                        -- why it was refused, or why we hold it no longer
    sent_sha256 text,                   -- of the bytes as they were sent
    provider_id text,                   -- the platform's id of a file that we must fetch
    sha256 text,                        -- of the bytes as we keep them; set before they are written
    type text,
    size bigint,
    width integer,
    height integer,
    scanned boolean,                    -- false: no scanner was configured
    taken_at timestamptz,               -- private: never served
    latitude double precision,          -- private: never served
    longitude double precision,         -- private: never served
    tries integer NOT NULL DEFAULT 0,
    next_try_at timestamptz,
    made_at timestamptz NOT NULL DEFAULT now(),
    used_at timestamptz NOT NULL DEFAULT now(),
    CHECK (state <> 'kept' OR (sha256 IS NOT NULL AND type IS NOT NULL AND size IS NOT NULL)),
    CHECK (state <> 'erased' OR (sha256 IS NULL AND taken_at IS NULL AND latitude IS NULL AND longitude IS NULL))
);
-- One sender's equal bytes are one row, however often and at whatever moment they arrive.
CREATE UNIQUE INDEX media_sent ON media (owner, sent_sha256) WHERE provider_id IS NULL AND state IN ('awaited', 'kept');
CREATE INDEX media_sha256 ON media (sha256) WHERE sha256 IS NOT NULL;
CREATE INDEX media_awaited ON media (next_try_at) WHERE state = 'awaited';
CREATE INDEX media_made_at ON media (made_at);

-- Which complaints a file belongs to.
CREATE TABLE media_links (
    media uuid NOT NULL,
    complaint uuid NOT NULL,
    PRIMARY KEY (media, complaint)
);
CREATE INDEX media_links_complaint ON media_links (complaint);

-- Bytes that are to be deleted unless a row refers to them. Nobody writes bytes under a hash that stands here.
CREATE TABLE media_doomed (
    sha256 text PRIMARY KEY,
    taken_at timestamptz                -- a replica deletes them since then
);

-- The mark of the folder or bucket that belongs to these tables: the sweep of another database would delete its files.
CREATE TABLE media_store (mark uuid NOT NULL DEFAULT gen_random_uuid());
INSERT INTO media_store DEFAULT VALUES;
